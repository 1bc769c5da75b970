import { describe, expect, it } from 'vitest';
import { aRevision } from '#lib/testing/build-cluster.ts';
import { aCrashLoopingStatus, aPod } from '#lib/testing/build-pod.ts';
import { aStatefulSet, aWorkloadRef } from '#lib/testing/build-workload.ts';
import { diagnose } from './diagnose.ts';
import type { DiagnosisInput } from './diagnosis-input.ts';
import { rollbackRemedy } from './remedies.ts';
import { aDiagnosisInput } from './rule-case.fixture.ts';

const pod = aPod({ name: 'db-2', conditions: [], statuses: [aCrashLoopingStatus()] });
const good = (isCurrent: boolean) =>
  ({
    revision: aRevision({ number: 3, kind: 'ControllerRevision', isCurrent }),
    proof: 'proven',
    because: 'has 2 ready pods now',
  }) as const;
const ofSet = (input: Partial<DiagnosisInput> = {}) =>
  aDiagnosisInput({
    owner: aWorkloadRef({ kind: 'StatefulSet', name: 'db' }),
    workloads: [aStatefulSet({ name: 'db' })],
    pod,
    lastGood: good(false),
    ...input,
  });
const gap = { what: 'Earlier revisions of db', permission: 'list controllerrevisions in shop' };

describe('the way back of a StatefulSet', () => {
  it('is the last good revision by its number, as a button', () => {
    expect(rollbackRemedy(ofSet())).toMatchObject([
      {
        action: { type: 'rollback', toRevision: 3 },
        commands: ['kubectl rollout undo statefulset/db -n shop --to-revision=3'],
      },
    ]);
  });

  it('is the deletion of the pod where the template went back already', () => {
    const remedies = rollbackRemedy(ofSet({ lastGood: good(true), isUnreached: true }));
    expect(remedies.map(({ commands }) => commands)).toEqual([['kubectl delete pod db-2 -n shop']]);
    const kept = aStatefulSet({ name: 'db', partition: 3 });
    expect(rollbackRemedy(ofSet({ lastGood: good(true), isUnreached: true, workloads: [kept] }))).toEqual([]);
  });

  it('is none that would not reach the pod, and never one without a number', () => {
    expect(rollbackRemedy(ofSet({ isUnreached: true }))).toEqual([]);
    expect(rollbackRemedy(ofSet({ lastGood: undefined }))).toEqual([]);
  });

  it('is to be looked up where the history may not be read, and the finding says so', () => {
    const input = ofSet({ lastGood: undefined, historyGap: gap });
    expect(rollbackRemedy(input).map(({ commands }) => commands)).toEqual([
      ['kubectl rollout history statefulset/db -n shop'],
    ]);
    expect(diagnose(input)[0].unchecked).toContainEqual(gap);
    expect(diagnose(ofSet())[0].unchecked).not.toContainEqual(gap);
  });
});
