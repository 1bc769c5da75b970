import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApiServer, type ApiServer } from './apiserver/api-server.ts';
import { createAccounts } from './apiserver/https/accounts.ts';
import { createIdentity } from './apiserver/https/certificate.ts';
import { startHttpsServer, type HttpsServer } from './apiserver/https/https-server.ts';
import { Informer, type Change } from './client/informer.ts';
import type { ConfigMap } from './client/objects.ts';
import { HttpsTransport } from './https-transport.ts';
import { seededRandom } from './random.ts';
import { wallClock } from './wall-clock.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const map = (name: string, data = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });

describe('HTTPS transport', () => {
  let api: ApiServer;
  let https: HttpsServer;
  let transport: HttpsTransport;
  let stopped: AbortController;

  beforeEach(async () => {
    stopped = new AbortController();
    const random = seededRandom('https');
    api = createApiServer({ clock: wallClock, random: () => random.unit() });
    const identity = createIdentity(wallClock.now());
    const accounts = createAccounts();
    https = await startHttpsServer({ api, clock: wallClock, identity, accounts, port: 0 });
    const token = accounts.find(({ name }) => name === 'admin')?.token ?? '';
    transport = new HttpsTransport({ server: https.url, ca: identity.ca, token });
  });

  afterEach(async () => {
    stopped.abort();
    transport.close();
    await https.close();
  });

  it('creates, patches, reads and deletes', async () => {
    expect((await transport.request({ method: 'POST', path: MAPS, body: map('a') })).status).toBe(201);
    const contentType = 'application/merge-patch+json';
    const patch = { method: 'PATCH', path: `${MAPS}/a`, body: { data: { k: 'ü' } }, contentType } as const;
    expect(await transport.request(patch)).toMatchObject({ status: 200, body: { data: { k: 'ü' } } });
    expect((await transport.request({ method: 'DELETE', path: `${MAPS}/a` })).status).toBe(200);
    expect(await transport.request({ method: 'GET', path: `${MAPS}/a` })).toMatchObject({
      status: 404,
      body: { kind: 'Status', reason: 'NotFound' },
    });
  });

  it('feeds an informer like the in-process one', async () => {
    await transport.request({ method: 'POST', path: MAPS, body: map('before') });
    const informer = new Informer({ kind: 'ConfigMap', transport, clock: wallClock });
    const next = new Promise<Change<ConfigMap>>((resolve) =>
      informer.subscribe((change) => change.object.metadata.name === 'after' && resolve(change)),
    );
    await informer.start(stopped.signal);
    expect(informer.get('default', 'before')).toBeDefined();
    await transport.request({ method: 'POST', path: MAPS, body: map('after', { k: 'v' }) });
    expect((await next).object.data).toEqual({ k: 'v' });
  });

  it('hands a refused watch over as one ERROR event', async () => {
    const events = [];
    for await (const event of transport.watch(`${MAPS}?watch=1&resourceVersion=1`, stopped.signal))
      events.push(event);
    expect(events).toMatchObject([{ type: 'ERROR', object: { code: 410 } }]);
  });
});
