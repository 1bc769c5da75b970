import { describe, expect, it } from 'vitest';
import { createApiServer } from '#lib/sandbox/apiserver/api-server.ts';
import { InProcessTransport } from '#lib/sandbox/apiserver/in-process-transport.ts';
import { seededRandom } from '#lib/sandbox/random.ts';
import { VirtualClock } from '#lib/sandbox/virtual-clock.ts';
import { Informer } from './informer.ts';
import type { ConfigMap } from './objects.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const map = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });

function setup() {
  const clock = new VirtualClock(Date.UTC(2026, 0, 5));
  const random = seededRandom('informer');
  const server = createApiServer({ clock, random: () => random.unit() });
  const transport = new InProcessTransport(server);
  clock.settleWith((thorough) => (thorough ? InProcessTransport.settled() : undefined));
  const informer = new Informer({ kind: 'ConfigMap', transport, clock });
  const create = (name: string) => transport.request({ method: 'POST', path: MAPS, body: map(name) });
  const names = () => informer.list('default').map(({ metadata }) => metadata.name);
  return { clock, server, transport, informer, create, names };
}

describe('informer', () => {
  it('lists what exists and follows what happens, in order of name', async () => {
    const { informer, create, names, transport } = setup();
    await create('b');
    await informer.start(new AbortController().signal);
    await create('a');
    await transport.request({ method: 'DELETE', path: `${MAPS}/b` });
    await InProcessTransport.settled();
    expect(names()).toEqual(['a']);
  });

  it('lists again when its place has left the journal, and notices what was deleted meanwhile', async () => {
    const { informer, create, names, server, transport, clock } = setup();
    await create('gone');
    await informer.start(new AbortController().signal);
    const deleted: string[] = [];
    informer.subscribe(({ object, deleted: isGone }) => isGone && deleted.push(object.metadata.name));
    await InProcessTransport.settled();
    server.faults.expireWatches();
    await transport.request({ method: 'DELETE', path: `${MAPS}/gone` });
    await create('new');
    await clock.advance(2000);
    await InProcessTransport.settled();
    expect(names()).toEqual(['new']);
    expect(deleted).toEqual(['gone']);
  });

  it('takes an answer in at once and ignores the older event that follows', async () => {
    const { informer, create } = setup();
    await informer.start(new AbortController().signal);
    const seen: string[] = [];
    informer.subscribe(({ object }) => seen.push(object.metadata.resourceVersion));
    const { body } = await create('a');
    informer.observe(body as ConfigMap);
    expect(informer.get('default', 'a')).toBeDefined();
    await InProcessTransport.settled();
    expect(seen).toHaveLength(1);
  });

  it('keeps an object whose name another one had, when it hears late that the other is gone', async () => {
    const { informer, create, names, transport } = setup();
    const { body: first } = await create('a');
    await informer.start(new AbortController().signal);
    await transport.request({ method: 'DELETE', path: `${MAPS}/a` });
    await create('a');
    await InProcessTransport.settled();
    informer.forget('default', 'a', (first as ConfigMap).metadata.uid);
    expect(names()).toEqual(['a']);
  });

  it('does not bring back what was deleted while the answer to a write was on its way', async () => {
    const { informer, create, names, transport } = setup();
    await informer.start(new AbortController().signal);
    const { body } = await create('a');
    await transport.request({ method: 'DELETE', path: `${MAPS}/a` });
    await InProcessTransport.settled();
    informer.observe(body as ConfigMap);
    expect(names()).toEqual([]);
  });
});
