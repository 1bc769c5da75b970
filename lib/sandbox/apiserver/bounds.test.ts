import { describe, expect, it } from 'vitest';
import { objectsAt, stringAt } from './objects/json.ts';
import { pod, testServer, TEST_START } from './test-server.ts';

const MINUTE = 60_000;
const EVENTS = '/api/v1/namespaces/default/events';
const PODS = '/api/v1/namespaces/default/pods';
const LEASE = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n1';

const event = (name: string, at: number, message = '') => ({
  metadata: { name, namespace: 'default' },
  involvedObject: { kind: 'Pod', name: 'p', namespace: 'default' },
  message,
  lastTimestamp: new Date(at).toISOString(),
});

describe('Events', () => {
  it('live an hour after they were last written, and watchers see them go', () => {
    const cluster = testServer();
    for (const name of ['once', 'again']) cluster.post(EVENTS, event(name, TEST_START));
    const watch = cluster.watch(`${EVENTS}?watch=1&timeoutSeconds=9000`);
    cluster.advance(30 * MINUTE);
    const lastTimestamp = new Date(TEST_START + 30 * MINUTE).toISOString();
    cluster.patch(`${EVENTS}/again`, 'merge', { count: 2, lastTimestamp });
    cluster.advance(31 * MINUTE);
    const names = objectsAt(cluster.get(EVENTS).body, 'items').map((item) =>
      stringAt(item, 'metadata', 'name'),
    );
    expect(names).toEqual(['again']);
    expect(watch.frames.at(-1)).toMatchObject({ type: 'DELETED', object: { metadata: { name: 'once' } } });
    cluster.advance(60 * MINUTE);
    expect(objectsAt(cluster.get(EVENTS).body, 'items')).toEqual([]);
  });
});

describe('a week', () => {
  it('leaves the server with no more than its journal, the last hour of Events, and nobody watching', () => {
    const journalLimit = 500;
    const cluster = testServer({ journalLimit });
    cluster.post('/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases', {
      metadata: { name: 'n1' },
    });
    let most = 0;
    for (let turn = 0; turn < 7 * 24 * 6; turn += 1) {
      cluster.post(PODS, pod(`p${turn}`));
      cluster.post(EVENTS, event(`e${turn}`, TEST_START + turn * 10 * MINUTE));
      cluster.patch(LEASE, 'merge', { spec: { holderIdentity: `n1-${turn}` } });
      cluster.watch(`${PODS}?watch=1`);
      cluster.del(`${PODS}/p${turn}`);
      cluster.advance(10 * MINUTE);
      most = Math.max(most, cluster.server.journal.list('events').length);
    }
    expect(cluster.server.journal.length).toBeLessThanOrEqual(journalLimit * 1.25);
    expect(most).toBeLessThanOrEqual(8);
    expect(cluster.openWatches()).toBeLessThanOrEqual(7);
    cluster.advance(120 * MINUTE);
    expect(cluster.openWatches()).toBe(0);
    expect(cluster.server.journal.list('events')).toEqual([]);
    expect(cluster.pendingTasks()).toBe(0);
  });
});
