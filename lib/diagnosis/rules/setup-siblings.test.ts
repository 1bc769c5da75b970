import { describe, expect, it } from 'vitest';
import { anEvent } from '#lib/testing/build-cluster.ts';
import { aContainerStatus, aPod, waiting } from '#lib/testing/build-pod.ts';
import { diagnose } from '#lib/diagnosis/diagnose.ts';
import { aDiagnosisInput } from '#lib/diagnosis/rule-case.fixture.ts';

const creating = aPod({
  phase: 'Pending',
  nodeName: 'node-1',
  statuses: [aContainerStatus({ state: waiting('ContainerCreating') })],
});
const told = (reason: string, message: string) =>
  diagnose(aDiagnosisInput({ pod: creating, events: [anEvent({ reason, message, about: creating })] }))[0];
const ATTACH = 'AttachVolume.Attach failed for volume "pvc-1" : ';

describe('a volume that cannot be attached', () => {
  it.each([
    `${ATTACH}rpc error: code = ResourceExhausted desc = max number of volumes (8) already attached to instance`,
    `${ATTACH}rpc error: code = ResourceExhausted desc = something else`,
    `${ATTACH}rpc error: code = Internal desc = Could not attach volume "vol-1" to node "i-1": attachment of disk "vol-1" failed, expected device to be attached but was attaching, AttachmentLimitExceeded`,
    `${ATTACH}rpc error: code = Internal desc = RawError: OperationNotAllowed, The maximum number of data disks allowed to be attached to a VM of this size is 8`,
    `${ATTACH}googleapi: Error 400: Exceeded limit 'maximum_persistent_disks' on resource 'node-1'. Limit: 16.0`,
    `${ATTACH}rpc error: code = Internal desc = {"forbidden": {"code": 403, "message": "The maximum allowed number of disk devices (16) to attach to a single instance has been exceeded."}}`,
  ])('the node has no place left: %s', (message) => {
    expect(told('FailedAttachVolume', message)).toMatchObject({
      causeId: 'volume-count-exceeded',
      certainty: 'likely',
    });
  });

  it.each([
    `${ATTACH}rpc error: code = FailedPrecondition desc = volume pvc-1 is already published to node node-2`,
    `${ATTACH}rpc error: code = Internal desc = Could not attach volume: VolumeInUse: vol-1 is already attached to an instance`,
    `${ATTACH}googleapi: Error 400: RESOURCE_IN_USE_BY_ANOTHER_RESOURCE: The disk resource 'x' is already being used by 'y'`,
  ])('another node has it, which may be gone: %s', (message) => {
    const found = told('FailedAttachVolume', message);
    expect(found).toMatchObject({ causeId: 'volume-multi-attach-stale', certainty: 'possible' });
    expect(found.candidates.map(({ causeId }) => causeId)).toContain('volume-multi-attach');
  });

  it('is gone from the storage', () => {
    const message = `${ATTACH}rpc error: code = NotFound desc = volume vol-1 not found`;
    expect(told('FailedAttachVolume', message)).toMatchObject({
      causeId: 'volume-attach-failed',
      certainty: 'likely',
    });
  });

  it('in words nobody knows, only that it fails is said, with what it may be', () => {
    const found = told('FailedAttachVolume', `${ATTACH}rpc error: code = Internal desc = quux`);
    expect(found).toMatchObject({ causeId: 'volume-attach-failed', certainty: 'possible' });
    expect(found.candidates.map(({ causeId }) => causeId)).toEqual([
      'volume-count-exceeded',
      'volume-multi-attach-stale',
    ]);
  });

  it.each([
    'rpc error: code = Internal desc = Volume pvc-1 still mounted on node node-2',
    'rbd: image kube/pvc-1 is still being used',
    'rpc error: code = Internal desc = volume is in use on another node',
  ])('cannot be mounted while another node has it: %s', (error) => {
    expect(told('FailedMount', `MountVolume.MountDevice failed for volume "pvc-1" : ${error}`)).toMatchObject(
      {
        causeId: 'volume-multi-attach-stale',
        certainty: 'possible',
      },
    );
  });

  it.each([
    ['likely', 'mount failed: exit status 32'],
    ['likely', "invalid character '/' looking for beginning of value"],
    [
      'likely',
      'rpc error: code = Internal desc = mount.nfs: access denied by server while mounting 10.0.0.1:/x',
    ],
    ['possible', 'rpc error: code = Internal desc = quux'],
  ])('cannot be mounted, %s: %s', (certainty, error) => {
    expect(told('FailedMount', `MountVolume.SetUp failed for volume "pvc-1" : ${error}`)).toMatchObject({
      causeId: 'volume-mount-failed',
      certainty,
    });
  });

  it('the sum at the end of a wait does not say what was waited for', () => {
    const message =
      'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data]: timed out waiting for the condition';
    expect(told('FailedMount', message)).toMatchObject({
      causeId: 'volume-mount-failed',
      certainty: 'possible',
      candidates: [{ causeId: 'volume-attach-failed' }, { causeId: 'volume-count-exceeded' }],
    });
  });
});

const SANDBOX = 'Failed to create pod sandbox: rpc error: code = Unknown desc = ';
const SYNC = 'Error syncing pod, skipping: failed to ';

describe('a sandbox that cannot be made', () => {
  it.each([
    [
      'image-platform-mismatch',
      'FailedCreatePodSandBox',
      `${SANDBOX}failed to start sandbox container for pod "a": Error response from daemon: CreateComputeSystem cf6b: The container operating system does not match the host operating system.`,
    ],
    [
      'image-platform-mismatch',
      'FailedSync',
      `${SYNC}"CreatePodSandbox" for "a_b" with CreatePodSandboxError: "failure in a Windows system call: The operating system of the container does not match the operating system of the host. (0xc0370101)"`,
    ],
    [
      'sandbox-image-unavailable',
      'FailedCreatePodSandBox',
      `${SANDBOX}failed pulling image "k8s.gcr.io/pause:3.1": no matching manifest for windows/amd64 10.0.18362 in the manifest list entries`,
    ],
    [
      'seccomp-profile-missing',
      'FailedCreatePodSandBox',
      `${SANDBOX}failed to generate sandbox security options for sandbox "a": failed to generate seccomp security options for container: cannot load seccomp profile "/var/lib/kubelet/seccomp/x": open /var/lib/kubelet/seccomp/x: no such file or directory`,
    ],
    [
      'apparmor-profile-missing',
      'FailedCreatePodSandBox',
      `${SANDBOX}failed to generate sandbox container spec options: apparmor profile not found x`,
    ],
    [
      'device-or-gpu-hook-failed',
      'FailedCreatePodSandBox',
      `${SANDBOX}failed to create shim task: OCI runtime create failed: unable to retrieve OCI runtime error (open log.json: no such file or directory): exec: "nvidia-container-runtime": executable file not found in $PATH`,
    ],
    [
      'cni-plugin-not-running',
      'FailedSync',
      `${SYNC}"SetupNetwork" for "a_b" with SetupNetworkError: "Failed to setup network for pod \\"a_b\\" using network plugins \\"cni\\": cni config unintialized; Skipping pod"`,
    ],
    [
      'cni-plugin-not-running',
      'FailedSync',
      `${SYNC}"SetupNetwork" for "a" with SetupNetworkError: "Failed to setup network for pod \\"a\\" using network plugins \\"cni\\": failed to find plugin \\"loopback\\" in path [/opt/cni/bin]; Skipping pod"`,
    ],
  ])('%s, %s: %s', (causeId, reason, message) => {
    expect(told(reason, message)).toMatchObject({ causeId, certainty: 'likely' });
  });

  it('a network that is not set up for a reason nobody knows is possible only', () => {
    const message = `${SYNC}"SetupNetwork" for "a" with SetupNetworkError: "Failed to setup network for pod \\"a\\" using network plugins \\"cni\\": ARGS: invalid key \\"K8S_POD_NAMESPACE\\"; Skipping pod"`;
    expect(told('FailedSync', message)).toMatchObject({
      causeId: 'cni-plugin-failed',
      certainty: 'possible',
    });
  });

  it.each([
    `${SANDBOX}failed to create shim task: OCI runtime create failed: write sysctl key net.ipv4.ip_unprivileged_port_start: permission denied`,
    `${SANDBOX}failed to create shim task: "CreateContainerRequest is blocked by policy: input = {\\"io.kubernetes.cri.podsandbox.image-name\\": \\"registry.k8s.io/pause:3.10.1\\"}"`,
  ])('words of other runtimes stay unknown: %s', (message) => {
    expect(told('FailedCreatePodSandBox', message).causeId).toBe('unknown');
  });
});
