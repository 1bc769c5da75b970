import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startClusterUnderTest, type ClusterUnderTest } from './cluster-under-test.ts';

const PATIENCE = { timeout: 120_000, interval: 500 };
const STORE = { kind: 'StatefulSet', namespace: 'default', name: 'store' } as const;
const AGENT = { kind: 'DaemonSet', namespace: 'default', name: 'agent' } as const;
const UNDO = { type: 'rollback', toRevision: 1 } as const;

const set = ({ kind, namespace, name }: typeof STORE | typeof AGENT, spec: object) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name, namespace },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        terminationGracePeriodSeconds: 1,
        // A field that gets defaults, and one whose quantity is written another way.
        containers: [
          { name: 'app', image: 'redis:7-alpine', resources: { requests: { cpu: '0.05', memory: '64Mi' } } },
        ],
      },
    },
    ...spec,
  },
});

let under: ClusterUnderTest;
beforeAll(async () => {
  under = await startClusterUnderTest();
  const file = join(under.controlPlane.kubeconfig, '..', 'sets.json');
  const items = [set(STORE, { serviceName: 'store', replicas: 2 }), set(AGENT, {})];
  await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  await under.kubectl(`apply -f ${file}`);
  await under.kubectl('rollout status statefulset/store --timeout=120s');
  await under.kubectl('rollout status daemonset/agent --timeout=120s');
});
afterAll(() => under.stop());

async function eventually<T>(look: () => Promise<T>, check: (seen: T) => void): Promise<void> {
  await vi.waitFor(async () => check(await look()), PATIENCE);
}

const viewOf = async (name: string) => {
  const row = (await under.product.incidents()).find(({ workload }) => workload.name === name);
  return row && under.product.incident(row.id);
};

describe('ControllerRevisions of a real control plane', () => {
  it.each([STORE, AGENT])('say what changed in a $kind, and which revision was good', async (target) => {
    const name = `${target.kind.toLowerCase()}/${target.name}`;
    await under.kubectl(`set image ${name} app=redis:7-never-pushed`);
    await eventually(
      () => viewOf(target.name),
      (view) =>
        expect(view).toMatchObject({
          finding: { causeId: 'image-tag-not-found' },
          suspectChange: {
            fromRevision: 1,
            toRevision: 2,
            lastGood: 'proven',
            // The template of the set, read as protobuf, is the one its controller wrote as JSON.
            fields: [
              { path: 'containers[app].image', before: 'redis:7-alpine', after: 'redis:7-never-pushed' },
            ],
          },
          rollouts: [{ number: 1 }, { number: 2, isCurrent: true }],
        }),
    );
  });

  it('undo takes the old revision of a StatefulSet up again, once its broken pod is deleted', async () => {
    const preview = await under.product.preview(STORE, UNDO);
    expect(preview).toMatchObject({
      refusals: [],
      afterwards: { commands: ['kubectl delete pod store-1 -n default'] },
    });
    await under.product.execute(STORE, UNDO);
    await eventually(under.product.receipts, ([receipt]) =>
      expect(receipt).toMatchObject({ outcome: 'done', rollout: { state: 'progressing', revision: 3 } }),
    );
    await eventually(
      () => viewOf('store'),
      (view) =>
        expect(view).toMatchObject({
          finding: { causeId: 'statefulset-stuck-on-broken-pod' },
          suspectChange: { toRevision: 2 },
        }),
    );
    await under.kubectl('delete pod store-1');
    await eventually(under.product.receipts, ([receipt]) =>
      expect(receipt).toMatchObject({ rollout: { state: 'done', revision: 3, ready: 2 } }),
    );
    const history = await under.kubectl('rollout history statefulset/store');
    expect(history.match(/^\d+/gm)).toEqual(['2', '3']);
  });

  it('undo rolls a DaemonSet back by itself', async () => {
    expect((await under.product.preview(AGENT, UNDO)).afterwards).toBeUndefined();
    await under.product.execute(AGENT, UNDO);
    await eventually(under.product.receipts, ([receipt]) =>
      expect(receipt).toMatchObject({ outcome: 'done', rollout: { state: 'done', revision: 3 } }),
    );
    const history = await under.kubectl('rollout history daemonset/agent');
    expect(history.match(/^\d+/gm)).toEqual(['2', '3']);
  });
});
