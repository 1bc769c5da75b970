import { describe, expect, it } from 'vitest';
import type { ClusterConnection } from '#lib/kube/connection.ts';
import type { JsonPatch } from '#lib/actions/plan/json-patch.ts';
import { createValueHash } from '#lib/kube/to-model/value-hash.ts';
import { toDeployment } from '#lib/kube/to-model/workload.ts';
import { createFakeClock } from '#lib/testing/fake-clock.ts';
import { createFakeConnection, type Script } from '#lib/testing/fake-connection.ts';
import { FakeDeployments } from '#lib/testing/fake-deployments.ts';
import { createStores } from '#lib/kube/stores.ts';
import { at } from '#lib/testing/time.ts';
import { createActions } from './actions.ts';

const INTENT_ID = '7b0f5a52-3f0c-4c39-9a6e-7d2f6ab7a001';
const target = { kind: 'Deployment', namespace: 'shop', name: 'web' } as const;
const action = { type: 'set-image', container: 'web', image: 'ghcr.io/acme/web:2' } as const;

/** Actions against one Deployment; `answerPatch` decides what the writer hears of a write. */
function anApi({ readOnly = false, answerPatch }: { readOnly?: boolean; answerPatch?: () => Script } = {}) {
  const clock = createFakeClock(at('10:00:00'));
  const cluster = new FakeDeployments();
  const api = { silent: false, patches: 0 };
  const fake = createFakeConnection(({ path, query, init }) => {
    if (api.silent) return 'never';
    if (path.includes('selfsubjectaccessreviews')) return { body: { status: { allowed: true } } };
    if (path.endsWith('/replicasets')) return { body: { items: cluster.replicaSets } };
    if (init.method !== 'PATCH') return { body: cluster.deployment };
    const dryRun = query['dryRun'] !== undefined;
    const body = cluster.patch(JSON.parse(String(init.body)) as JsonPatch, { dryRun });
    if (dryRun) return { body };
    api.patches += 1;
    return answerPatch?.() ?? { body };
  });
  const hash = createValueHash(Buffer.from('test'));
  const listers = createStores();
  const changed: string[] = [];
  const actions = createActions({
    connection: { ...fake, context: 'test', user: 'ada' } as unknown as ClusterConnection,
    readOnly,
    clock,
    hash,
    workload: ({ namespace, name }) => listers.deployments.get(namespace, name),
    revisionNumber: () => undefined,
    onChange: (keys) => changed.push(...keys),
  });
  const execute = async () => {
    const { precondition } = await actions.preview({ target, action });
    return actions.execute({ intentId: INTENT_ID, target, action, precondition, reason: '' });
  };
  const watch = () =>
    listers.deployments.replace([toDeployment(cluster.deployment, { hash, odd: () => undefined })]);
  return { actions, api, changed, clock, execute, fake, watch };
}

describe('createActions', () => {
  it('writes once and follows the rollout of what it wrote', async () => {
    const { actions, api, execute, watch } = anApi();
    expect(await execute()).toMatchObject({ outcome: 'done' });
    watch();
    actions.follow();
    expect(actions.receipt(INTENT_ID)?.rollout).toMatchObject({ state: 'waiting' });
    expect(api.patches).toBe(1);
  });

  it('looks for a write without an answer once at a time, however often the Deployments change', async () => {
    const { actions, api, clock, execute, fake } = anApi({
      answerPatch: () => {
        api.silent = true;
        return new Error('socket hang up');
      },
    });
    const executed = execute();
    await clock.settle();
    const before = fake.requests.length;
    for (let change = 0; change < 10; change++) actions.follow();
    await clock.settle();
    expect(fake.requests.length - before).toBeLessThanOrEqual(3);
    expect(actions.receipt(INTENT_ID)?.outcome).toBe('unknown');
    executed.catch(() => undefined);
  });

  it('is left out in read-only mode: nothing reaches the API server', async () => {
    const { actions, api } = anApi({ readOnly: true });
    const { refusals, precondition } = await actions.preview({ target, action });
    expect(refusals.join(' ')).toContain('read-only');
    const request = { intentId: INTENT_ID, target, action, precondition, reason: '' };
    await expect(actions.execute(request)).rejects.toMatchObject({ code: 'forbidden' });
    expect(api.patches).toBe(0);
  });
});
