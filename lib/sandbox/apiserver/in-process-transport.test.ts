import { describe, expect, it } from 'vitest';
import type { Clock } from '#lib/sandbox/clock.ts';
import { createApiServer } from './api-server.ts';
import { InProcessTransport } from './in-process-transport.ts';

const START = Date.UTC(2026, 0, 5, 12);
const frozenClock: Clock = { now: () => START, after: () => () => undefined };

function counting(): () => number {
  let seed = 7;
  return () => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647;
  };
}

const newServer = () => createApiServer({ clock: frozenClock, random: counting() });

const configMap = (name: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: { a: '1' },
});
const MAPS = '/api/v1/namespaces/default/configmaps';

describe('in-process transport', () => {
  it('delivers every change to a watcher, in order, before it is settled', async () => {
    const client = new InProcessTransport(newServer());
    const seen: string[] = [];
    const stop = new AbortController();
    const { body } = await client.request({ method: 'GET', path: MAPS });
    const { resourceVersion } = (body as { metadata: { resourceVersion: string } }).metadata;
    void (async () => {
      const events = client.watch<{ metadata: { name: string } }>(
        `${MAPS}?watch=1&resourceVersion=${resourceVersion}`,
        stop.signal,
      );
      for await (const { type, object } of events) seen.push(`${type} ${object.metadata.name}`);
      seen.push('closed');
    })();
    await client.request({ method: 'POST', path: MAPS, body: configMap('one') });
    await client.request({
      method: 'PATCH',
      path: `${MAPS}/one`,
      contentType: 'application/merge-patch+json',
      body: { data: { a: '2' } },
    });
    await client.request({ method: 'DELETE', path: `${MAPS}/one` });
    await InProcessTransport.settled();
    expect(seen).toEqual(['ADDED one', 'MODIFIED one', 'DELETED one']);
    stop.abort();
    await InProcessTransport.settled();
    expect(seen.at(-1)).toBe('closed');
  });

  it('is settled only after what an event sets off has run too', async () => {
    const client = new InProcessTransport(newServer());
    const stop = new AbortController();
    void (async () => {
      for await (const { type, object } of client.watch<{ metadata: { name: string } }>(
        `${MAPS}?watch=1`,
        stop.signal,
      )) {
        const next = `${object.metadata.name}x`;
        if (type === 'ADDED' && next.length < 9) {
          await client.request({ method: 'POST', path: MAPS, body: configMap(next) });
        }
      }
    })();
    await client.request({ method: 'POST', path: MAPS, body: configMap('a') });
    await InProcessTransport.settled();
    const { status } = await client.request({ method: 'GET', path: `${MAPS}/axxxxxxx` });
    expect(status).toBe(200);
    stop.abort();
  });

  it('hands a refused watch over as one ERROR event', async () => {
    const client = new InProcessTransport(newServer());
    const events = [];
    for await (const event of client.watch(
      `${MAPS}?watch=1&resourceVersion=1`,
      new AbortController().signal,
    )) {
      events.push(event);
    }
    expect(events).toMatchObject([{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }]);
  });

  it('writes nothing when an update changes nothing', async () => {
    const client = new InProcessTransport(newServer());
    const created = await client.request({ method: 'POST', path: MAPS, body: configMap('same') });
    const again = await client.request({ method: 'PUT', path: `${MAPS}/same`, body: configMap('same') });
    expect(again.body).toEqual(created.body);
  });
});
