import { describe, expect, it } from 'vitest';
import { aNode, anEvent } from '#lib/testing/build-cluster.ts';
import type { Condition } from '#lib/model/object-meta.ts';
import { aContainerStatus, aPod, running, waiting } from '#lib/testing/build-pod.ts';
import { aContainer } from '#lib/testing/build-template.ts';
import { aClaim } from '#lib/diagnosis/claim-case.fixture.ts';
import { diagnose } from '#lib/diagnosis/diagnose.ts';
import { aDiagnosisInput, logOf, NOTHING_LOOKED_UP } from '#lib/diagnosis/rule-case.fixture.ts';

const creating = aPod({
  phase: 'Pending',
  nodeName: 'node-1',
  statuses: [aContainerStatus({ state: waiting('ContainerCreating') })],
});
const told = (reason: string, ...messages: string[]) =>
  diagnose(
    aDiagnosisInput({
      pod: creating,
      events: messages.map((message) => anEvent({ reason, message, about: creating })),
    }),
  )[0];

describe('a pod without its sandbox', () => {
  it.each([
    [
      'sandbox-image-unavailable',
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox image "registry.k8s.io/pause:3.10": failed to pull image',
    ],
    [
      'node-runtime-unhealthy',
      'Failed to create pod sandbox: rpc error: code = Unavailable desc = connection error: dial unix /run/containerd/containerd.sock: connect: no such file',
    ],
    [
      'cni-plugin-failed',
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "3f": plugin type="calico" failed (add): error getting ClusterInformation: Unauthorized',
    ],
    [
      'cni-plugin-not-running',
      'Failed to create pod sandbox: plugin type="flannel" failed (add): open /run/flannel/subnet.env: no such file or directory',
    ],
    [
      'cni-plugin-not-running',
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "3f": add cmd: Error received from AddNetwork gRPC call: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing dial tcp 127.0.0.1:50051: connect: connection refused"',
    ],
    [
      'cni-plugin-not-running',
      'Failed create pod sandbox: NetworkPlugin cni failed to set up pod "a_b" network: unable to connect to Cilium daemon: Failed to create cilium agent client after 30.000000 seconds timeout',
    ],
    [
      'cni-ip-exhausted',
      'Failed to create pod sandbox: networkPlugin cni failed to set up pod "a_b" network: unable to allocate IP via local cilium agent: [POST /ipam][502] postIpamFailure  range is full',
    ],
    [
      'cni-ip-exhausted',
      'Failed to create pod sandbox: plugin type="aws-cni" name="aws-cni" failed (add): add cmd: failed to assign an IP address to container',
    ],
    [
      'runtimeclass-missing',
      'Failed to create pod sandbox: rpc error: code = Unknown desc = RuntimeHandler "kata" not supported',
    ],
    [
      'userns-unsupported',
      'Failed to create pod sandbox: create mapped mount for "/var/lib/x": invalid argument',
    ],
  ])('%s', (causeId, message) => {
    expect(told('FailedCreatePodSandBox', message)).toMatchObject({
      causeId,
      certainty: 'likely',
      raw: message,
    });
  });

  it('a network plugin that only fails may have no agent or no address', () => {
    const found = told(
      'FailedCreatePodSandBox',
      'Failed to create pod sandbox: error adding pod a_b to CNI network "multus-cni-network": CNI request failed with status 400',
    );
    expect(found).toMatchObject({ causeId: 'cni-plugin-failed', certainty: 'possible' });
    expect(found?.candidates.map(({ causeId }) => causeId)).toEqual([
      'cni-plugin-not-running',
      'cni-ip-exhausted',
      'node-runtime-unhealthy',
    ]);
  });

  it('claims nothing from a secondary symptom', () => {
    const found = told(
      'FailedCreatePodSandBox',
      'Failed to create pod sandbox: name "web_shop_1" is reserved for "7c54"',
    );
    expect(found).toMatchObject({ causeId: 'node-runtime-unhealthy', certainty: 'possible' });
    expect(found.candidates.map(({ causeId }) => causeId)).toEqual(['sandbox-image-unavailable']);
  });

  it('says "unknown" with the raw text for another one', () => {
    expect(
      told('FailedCreatePodSandBox', 'Failed to create pod sandbox: Sterne stehen falsch'),
    ).toMatchObject({ causeId: 'unknown' });
  });

  it('is silent as soon as a container was created', () => {
    const pod = aPod({ ...creating, statuses: [aContainerStatus({ state: running() })] });
    const event = anEvent({
      reason: 'FailedCreatePodSandBox',
      message: 'plugin type="x" failed',
      about: pod,
    });
    expect(diagnose(aDiagnosisInput({ pod, events: [event] }))[0].causeId).not.toBe('cni-plugin-failed');
  });
});

describe('a pod without its volumes', () => {
  it.each([
    ['secret-not-found', 'MountVolume.SetUp failed for volume "tls" : secret "web-tls" not found', 'likely'],
    [
      'configmap-key-not-found',
      'MountVolume.SetUp failed for volume "cfg" : configmap references non-existent config key: app.yaml',
      'likely',
    ],
    [
      'volume-multi-attach',
      'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) db-0',
      'likely',
    ],
    [
      'volume-multi-attach-stale',
      'Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node and can\'t be attached to another',
      'likely',
    ],
    [
      'volume-attach-failed',
      'AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = NotFound desc = volume not found',
      'likely',
    ],
    [
      'hostpath-type-mismatch',
      'MountVolume.SetUp failed for volume "d" : hostPath type check failed: /data is not a directory',
      'likely',
    ],
    [
      'volume-mount-failed',
      'MountVolume.SetUp failed for volume "nfs" : mount failed: exit status 32',
      'likely',
    ],
  ])('%s', (causeId, message, certainty) => {
    const isStale = causeId === 'volume-multi-attach-stale';
    const found = told(/attach/i.test(causeId) ? 'FailedAttachVolume' : 'FailedMount', message);
    expect([found.causeId, ...found.candidates.map((other) => other.causeId)]).toContain(causeId);
    if (!isStale) expect(found).toMatchObject({ causeId, certainty });
  });

  it('names the claim behind a volume', () => {
    const message = 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) db-0';
    const value = aClaim({ phase: 'Bound', volumeName: 'pvc-1' });
    const volumes = [{ name: 'files', kind: 'persistentVolumeClaim', refName: 'data', optional: false }];
    const pod = { ...creating, template: { ...creating.template, volumes } };
    const event = anEvent({ reason: 'FailedAttachVolume', message, about: pod });
    const references = {
      ...NOTHING_LOOKED_UP,
      claims: new Map([['data', { state: 'exists', value } as const]]),
    };
    const [finding] = diagnose(aDiagnosisInput({ pod, events: [event], references }));
    expect(finding.sentence).toBe(
      'Volume pvc-1 of claim data is still attached to another node by a pod that uses it.',
    );
    expect(finding.evidence.map(({ text }) => text)).toContain('Claim data is bound to pvc-1, ReadWriteOnce');
  });

  it('is proven when the Secret was looked for and is not there, and names a near miss', () => {
    const references = {
      ...NOTHING_LOOKED_UP,
      secrets: new Map([['web-tls', { state: 'missing' } as const]]),
      secretNames: ['web-tls2'],
    };
    const event = anEvent({
      reason: 'FailedMount',
      message: 'MountVolume.SetUp failed for volume "tls" : secret "web-tls" not found',
      about: creating,
    });
    expect(diagnose(aDiagnosisInput({ pod: creating, events: [event], references }))[0]).toMatchObject({
      certainty: 'proven',
      sentence: 'A volume of the pod needs Secret web-tls, which does not exist in shop; web-tls2 does.',
    });
  });

  it('does not take the noise of a starting pod for a cause', () => {
    expect(
      told(
        'FailedMount',
        'MountVolume.SetUp failed for volume "x" : object "shop"/"kube-root-ca.crt" not registered',
      ).causeId,
    ).toBe('unknown');
  });
});

describe('a pod its node refused or ended', () => {
  it.each([
    [
      'kubelet-admission-rejected',
      'OutOfcpu',
      "Pod was rejected: Node didn't have enough resource: cpu, requested: 2000, used: 3500, capacity: 4000",
    ],
    [
      'kubelet-admission-rejected',
      'NodeAffinity',
      "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    ],
    ['node-shutdown', 'NodeShutdown', 'Pod was rejected as the node is shutting down.'],
    ['preempted', 'Preempting', 'Preempted in order to admit critical pod'],
  ])('%s: %s', (causeId, reason, message) => {
    const pod = aPod({ phase: 'Failed', reason, message });
    expect(diagnose(aDiagnosisInput({ pod }))[0]).toMatchObject({
      causeId,
      certainty: 'proven',
      raw: message,
    });
  });
});

describe('a node in trouble', () => {
  const ofNode = (conditions: Partial<Condition>[], events: Parameters<typeof anEvent>[0][] = []) =>
    diagnose(
      aDiagnosisInput({
        owner: { kind: 'Node', namespace: '', name: 'node-1', uid: 'node-1' },
        nodes: [
          aNode({
            conditions: conditions.map((condition) => ({
              type: 'Ready',
              status: 'True',
              reason: '',
              message: '',
              ...condition,
            })),
          }),
        ],
        events: events.map((event) => anEvent(event)),
      }),
    )[0];
  const ready = { type: 'Ready', status: 'True' } as const;

  it.each([
    [
      'node-kubelet-stopped',
      {
        type: 'Ready',
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
      },
    ],
    [
      'node-runtime-unhealthy',
      {
        type: 'Ready',
        status: 'False',
        reason: 'KubeletNotReady',
        message: 'PLEG is not healthy: pleg was last seen active 10m18s ago; threshold is 3m0s',
      },
    ],
    [
      'node-network-not-ready',
      {
        type: 'Ready',
        status: 'False',
        reason: 'KubeletNotReady',
        message:
          'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
      },
    ],
  ] as const)('%s', (causeId, condition) => {
    expect(ofNode([condition])).toMatchObject({ causeId, certainty: 'proven', raw: condition.message });
  });

  it('reads pressure while the node is ready', () => {
    const pressure = {
      type: 'DiskPressure',
      status: 'True',
      reason: 'KubeletHasDiskPressure',
      message: 'kubelet has disk pressure',
    } as const;
    expect(ofNode([ready, pressure])).toMatchObject({ causeId: 'node-disk-pressure', certainty: 'proven' });
  });

  it('reads the image collector before there is pressure', () => {
    const event = {
      reason: 'FreeDiskSpaceFailed',
      message: 'Failed to garbage collect required amount of images.',
    };
    expect(ofNode([ready], [event])).toMatchObject({ causeId: 'node-disk-pressure', certainty: 'likely' });
  });
});

describe('an init container that waits', () => {
  const status = aContainerStatus({ name: 'wait', state: running(), ready: false });
  const spec = aContainer({ name: 'wait', role: 'init' });
  const pod = aPod({
    phase: 'Pending',
    nodeName: 'node-1',
    initStatuses: [status],
    statuses: [aContainerStatus({ state: waiting('PodInitializing') })],
  });
  const waits = { ...pod, template: { ...pod.template, containers: [spec, ...pod.template.containers] } };

  it('claims no Service to be absent while it may not list them', () => {
    const input = { pod: waits, logs: logOf('wait', 'postgres:5432 - no response') };
    expect(diagnose(aDiagnosisInput(input))[0]).toMatchObject({
      causeId: 'dependency-unavailable',
      certainty: 'possible',
      unchecked: [{ what: 'Services', permission: 'list services in shop' }],
    });
    expect(diagnose(aDiagnosisInput({ ...input, services: [] }))[0]).toMatchObject({
      causeId: 'init-container-waits-for-missing-object',
      certainty: 'likely',
    });
  });
});
