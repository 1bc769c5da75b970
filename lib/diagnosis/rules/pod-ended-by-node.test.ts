import { describe, expect, it } from 'vitest';
import { aContainerStatus, aPod, waiting } from '#lib/testing/build-pod.ts';
import { diagnose } from '#lib/diagnosis/diagnose.ts';
import { aDiagnosisInput } from '#lib/diagnosis/rule-case.fixture.ts';

const ended = (reason: string, message: string) =>
  diagnose(
    aDiagnosisInput({ pod: aPod({ phase: 'Failed', nodeName: 'node-1', statuses: [], reason, message }) }),
  )[0];

describe('a pod the node refused or ended', () => {
  it.each([
    [
      'kubelet-admission-rejected',
      'UnexpectedAdmissionError',
      'Pod was rejected: Allocate failed due to no healthy devices present',
    ],
    [
      'kubelet-admission-rejected',
      'TopologyAffinityError',
      'Pod was rejected: Resources cannot be allocated with Topology locality',
    ],
    [
      'kubelet-admission-rejected',
      'Topology Affinity Error',
      'Pod Resources cannot be allocated with Topology Locality',
    ],
    [
      'kubelet-admission-rejected',
      'SMTAlignmentError',
      'SMT Alignment Error: requested 3 cpus not multiple cpus per core = 2',
    ],
    [
      'kubelet-admission-rejected',
      'PodOSNotSupported',
      'Failed to admit pod as the OS field does not match node OS',
    ],
    ['kubelet-admission-rejected', 'SomethingOf2030', 'Pod was rejected: a check that is not known yet'],
    ['node-shutdown', 'NodeShutdown', 'Pod was rejected: Pod was rejected as the node is shutting down.'],
    ['node-shutdown', 'Shutdown', 'Node is shutting, evicting pods'],
    ['node-shutdown', 'Terminated', 'Pod was terminated in response to imminent node shutdown.'],
    [
      'apparmor-profile-missing',
      'AppArmor',
      'Pod was rejected: Cannot enforce AppArmor: profile "x" is not loaded',
    ],
    ['unknown', 'SomethingOf2030', 'Nobody knows'],
  ])('%s: %s, %s', (causeId, reason, message) => {
    const found = ended(reason, message);
    expect(found.causeId).toBe(causeId);
    expect(found.raw).toBe(message);
  });

  it('is not failed for its AppArmor profile by kubelets until 1.21: it waits, blocked', () => {
    const pod = aPod({
      phase: 'Pending',
      nodeName: 'node-1',
      reason: 'AppArmor',
      message: 'Cannot enforce AppArmor: AppArmor is not enabled on the host',
      statuses: [aContainerStatus({ state: waiting('Blocked') })],
    });
    expect(diagnose(aDiagnosisInput({ pod }))[0]).toMatchObject({
      causeId: 'apparmor-profile-missing',
      sentence: 'node-1 cannot enforce the AppArmor profile the pod asks for, so it refuses the pod.',
    });
  });
});
