import { describe, expect, it } from 'vitest';
import { aContainerStatus, aPod, running, waiting } from '#lib/testing/build-pod.ts';
import { aProbe } from '#lib/testing/build-template.ts';
import { diagnose } from './diagnose.ts';
import { aDiagnosisInput, crashed, primary } from './rule-case.fixture.ts';

const causes = ({ candidates }: ReturnType<typeof primary>) => candidates.map(({ causeId }) => causeId);
const waits = (word: string) => primary({ status: { state: waiting(word, 'quux') } });

describe('what an unknown text leaves open', () => {
  it.each([
    ['ImagePullBackOff', ['registry-access-denied', 'image-tag-not-found', 'registry-unreachable']],
    ['CreateContainerConfigError', ['secret-not-found', 'configmap-not-found']],
    ['CreateContainerError', ['node-runtime-unhealthy', 'volume-mount-point-broken']],
    ['QuuxError', []],
  ])('at %s', (word, expected) => {
    const found = waits(word);
    expect(found).toMatchObject({ causeId: 'unknown', certainty: 'unknown', raw: 'quux' });
    expect(causes(found)).toEqual(expected);
  });

  it('after a start that failed', () => {
    const status = crashed({ exitCode: 128, reason: 'StartError', message: 'quux', startedAt: undefined });
    expect(causes(primary({ status }))).toEqual(['node-runtime-unhealthy', 'volume-mount-point-broken']);
  });

  it('while it is not ready and no event says why; only a probe can keep it from that', () => {
    const status = { state: running(), ready: false };
    expect(causes(primary({ spec: { readiness: aProbe() }, status }))).toEqual([
      'probe-app-not-listening',
      'probe-non-2xx',
    ]);
    expect(causes(primary({ status }))).toEqual([]);
  });

  it('while the pod is set up on its node', () => {
    const statuses = [aContainerStatus({ state: waiting('ContainerCreating') })];
    const pod = aPod({ phase: 'Pending', nodeName: 'node-1', statuses });
    expect(causes(diagnose(aDiagnosisInput({ pod }))[0])).toEqual([
      'cni-plugin-failed',
      'volume-mount-failed',
      'node-runtime-unhealthy',
    ]);
  });

  it('each says what would tell it from the others', () => {
    for (const word of ['ErrImagePull', 'CreateContainerConfigError', 'RunContainerError']) {
      const checks = waits(word).candidates.map(({ check }) => check);
      expect(new Set(checks).size).toBe(checks.length);
      expect(checks).not.toContain('');
    }
  });
});
