import { expect, it } from 'vitest';
import { aPod } from '#lib/testing/build-pod.ts';
import { aDaemonSet, aDeployment, aStatefulSet } from '#lib/testing/build-workload.ts';
import { wayToCurrent } from './way-to-current.ts';

const broken = (name: string) => aPod({ name, conditions: [] });

it.each([
  ['a Deployment', aDeployment(), broken('web-1'), 'rolls'],
  ['a DaemonSet', aDaemonSet(), broken('agent-x2'), 'rolls'],
  ['a DaemonSet that updates on delete', aDaemonSet({ strategy: 'OnDelete' }), aPod({}), 'delete'],
  ['a StatefulSet, when ready', aStatefulSet(), aPod({ name: 'db-2' }), 'rolls'],
  ['a StatefulSet in order, when broken', aStatefulSet(), broken('db-2'), 'delete'],
  ['a parallel StatefulSet', aStatefulSet({ isOrdered: false }), broken('db-2'), 'rolls'],
  ['what the partition keeps', aStatefulSet({ partition: 3 }), broken('db-2'), 'kept'],
  ['what the partition lets go', aStatefulSet({ partition: 2 }), broken('db-2'), 'delete'],
  [
    'a partition counted from the first ordinal',
    aStatefulSet({ partition: 2, firstOrdinal: 1 }),
    broken('db-2'),
    'kept',
  ],
] as const)('a pod of %s', (_what, workload, pod, way) => {
  expect(wayToCurrent(workload, pod)).toBe(way);
});
