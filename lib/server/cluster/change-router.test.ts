import { expect, it } from 'vitest';
import { createStores } from '#lib/kube/stores.ts';
import type { WorkloadRef } from '#lib/model/workload.ts';
import { anEvent } from '#lib/testing/build-cluster.ts';
import { ownerRefTo } from '#lib/testing/build-meta.ts';
import { anUnschedulablePod, aPod, type PodInput } from '#lib/testing/build-pod.ts';
import { aStatefulSet } from '#lib/testing/build-workload.ts';
import { ChangeRouter } from './change-router.ts';
import { ClusterObjects } from './cluster-objects.ts';
import { Histories } from './histories.ts';
import { RunningImages } from './running-images.ts';

function routed() {
  const owners: WorkloadRef[] = [];
  const stores = createStores((batch) => owners.push(...router.route(batch)));
  const objects = new ClusterObjects(stores);
  const router = new ChangeRouter({
    listers: stores,
    objects,
    histories: new Histories(),
    images: new RunningImages(),
    now: () => 0,
    onRestarts: () => undefined,
  });
  return { stores, owners };
}

it('what is said of a claim is told to those whose pods wait for it', () => {
  const { stores, owners } = routed();
  const mounts = (claim: string): PodInput => ({
    template: {
      volumes: [{ name: 'files', kind: 'persistentVolumeClaim', refName: claim, optional: false }],
    },
  });
  const owned = (name: string) => {
    const set = aStatefulSet({ name });
    stores.statefulsets.upsert(set);
    return { name: `${name}-0`, owner: ownerRefTo(set) };
  };
  stores.pods.upsert(anUnschedulablePod('', { ...owned('waits'), ...mounts('data') }));
  stores.pods.upsert(anUnschedulablePod('', { ...owned('other'), ...mounts('cache') }));
  stores.pods.upsert(aPod({ ...owned('runs'), ...mounts('data') }));
  owners.length = 0;
  stores.events.upsert(
    anEvent({
      reason: 'ProvisioningFailed',
      regarding: { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data', uid: 'data' },
    }),
  );
  expect(owners.map(({ name }) => name)).toEqual(['waits']);
});
