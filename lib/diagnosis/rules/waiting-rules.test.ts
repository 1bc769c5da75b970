import { describe, expect, it } from 'vitest';
import { aCondition } from '#lib/testing/build-meta.ts';
import { aNode } from '#lib/testing/build-cluster.ts';
import { aContainerStatus, anUnschedulablePod, aPod, terminated, waiting } from '#lib/testing/build-pod.ts';
import { aContainer } from '#lib/testing/build-template.ts';
import { at } from '#lib/testing/time.ts';
import { diagnose } from '#lib/diagnosis/diagnose.ts';
import { aDiagnosisInput, crashed, primary } from '#lib/diagnosis/rule-case.fixture.ts';

const first = (pod: Parameters<typeof aPod>[0]) =>
  diagnose(aDiagnosisInput({ pod: aPod(pod), now: at('10:05:00') }))[0];

describe('a pod nobody places', () => {
  const pending = {
    phase: 'Pending',
    nodeName: undefined,
    statuses: [],
    containers: [aContainer()],
  } as const;

  it('is held back by a gate', () => {
    const gated = aCondition('PodScheduled', 'False', {
      reason: 'SchedulingGated',
      message: 'Scheduling is blocked due to non-empty scheduling gates',
    });
    const found = first({ ...pending, conditions: [gated], schedulingGates: ['kueue.x-k8s.io/admission'] });
    expect(found).toMatchObject({ causeId: 'scheduling-gated', certainty: 'proven' });
    expect(found.sentence).toContain('Kueue to remove the scheduling gate kueue.x-k8s.io/admission');
  });

  it.each([
    ['my-scheduler', 'likely'],
    ['default-scheduler', 'possible'],
  ])('was never looked at by %s: %s', (schedulerName, certainty) => {
    const found = first({ ...pending, conditions: [], template: { schedulerName } });
    expect(found).toMatchObject({ causeId: 'scheduler-missing', certainty });
  });

  it('is given time to be looked at', () => {
    expect(first({ ...pending, conditions: [], createdAt: at('10:04:50') }).causeId).toBe('unknown');
  });

  it.each([
    ['no-nodes', 'no nodes available to schedule pods'],
    ['no-nodes', '0/0 nodes are available: .'],
    ['volume-count-exceeded', '0/2 nodes are available: 2 node(s) exceed max volume count.'],
    [
      'volume-rwop-in-use',
      '0/2 nodes are available: 2 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod.',
    ],
    [
      'volume-attach-failed',
      '0/1 nodes are available: 1 ebs.csi.aws.com CSI driver is not installed on the node.',
    ],
    ['dra-claim-pending', '0/2 nodes are available: 2 cannot allocate all claims.'],
    [
      'dra-claim-pending',
      '0/2 nodes are available: waiting for dynamic resource controller to create the resourceclaim "gpu".',
    ],
    [
      'gang-waiting',
      '0/2 nodes are available: waiting for minCount pods from a gang to appear in scheduling queue.',
    ],
    [
      'pvc-not-found',
      '0/2 nodes are available: waiting for ephemeral volume controller to create the persistentvolumeclaim "web-scratch".',
    ],
    [
      'node-selector-mismatch',
      '0/2 nodes are available: 2 node declared features check failed - unsatisfied requirements: X.',
    ],
    ['untolerated-taint', '0/2 nodes are available: 2 node(s) had untolerated taint(s).'],
  ])('%s: %s', (causeId, message) => {
    const nodes = [aNode({ taints: [{ key: 'gpu', value: '', effect: 'NoSchedule' }] })];
    const pod = anUnschedulablePod(message);
    expect(diagnose(aDiagnosisInput({ pod, nodes }))[0]).toMatchObject({ causeId, raw: message });
  });
});

describe('a pod whose containers are ready', () => {
  const conditions = [
    aCondition('ContainersReady', 'True'),
    aCondition('Ready', 'False', {
      reason: 'ReadinessGatesNotReady',
      message:
        'corresponding condition of pod readiness gate "target-health.elbv2.k8s.aws/web" does not exist.',
    }),
  ];
  it('waits for its readiness gate', () => {
    const readinessGates = ['target-health.elbv2.k8s.aws/web'];
    expect(first({ conditions, readinessGates })).toMatchObject({
      causeId: 'readiness-gate-not-ready',
      certainty: 'proven',
    });
  });
});

describe('a container whose configuration cannot be put together', () => {
  it.each([
    ['subpath-invalid', 'failed to prepare subPath for volumeMount "conf" of container "web"'],
    ['subpath-invalid', "unable to provision SubPath `../x`: must not contain '..'"],
    ['volume-not-declared', 'cannot find volume "conf" to mount into container "web"'],
    ['services-not-synced', 'services have not yet been read at least once, cannot construct envvars'],
    [
      'missing-config-file',
      'environment variable key "DB" not found in file "/var/lib/kubelet/pods/u/volumes/e/app.env"',
    ],
  ])('%s: %s', (causeId, message) => {
    const status = { state: waiting('CreateContainerConfigError', message) };
    expect(primary({ status })).toMatchObject({ causeId, certainty: 'likely', raw: message });
  });
});

describe('an end that is not the app’s own', () => {
  it.each([
    ['ContainerStatusUnknown', 137],
    ['Unknown', 255],
  ])('was lost by the node: %s', (reason, exitCode) => {
    expect(primary({ status: crashed({ reason, exitCode }) })).toMatchObject({
      causeId: 'container-status-unknown',
      certainty: 'proven',
    });
  });

  it('was a change of the running pod', () => {
    const podEvents = [
      {
        reason: 'Killing',
        message: 'Container web definition changed, will be restarted',
        lastAt: at('10:00:01'),
      },
    ];
    expect(primary({ status: crashed({ exitCode: 143 }), podEvents }).causeId).toBe(
      'definition-changed-restart',
    );
  });

  it('goes with a sandbox that changes again and again, which is no proof', () => {
    const podEvents = [
      {
        reason: 'SandboxChanged',
        message: 'Pod sandbox changed, it will be killed and re-created.',
        count: 7,
      },
    ];
    expect(primary({ status: crashed({ exitCode: 137 }), podEvents })).toMatchObject({
      causeId: 'node-cgroup-driver-mismatch',
      certainty: 'possible',
    });
  });

  it.each([
    ['init', 'migrate', 'init-container-failing'],
    ['sidecar', 'proxy', 'sidecar-crashing'],
  ] as const)('%s container: named for what it keeps from working', (role, name, causeId) => {
    const status = aContainerStatus({ name, state: terminated({ exitCode: 1 }), ready: false });
    const pod = aPod({
      initStatuses: [status],
      statuses: [aContainerStatus({ state: waiting('PodInitializing'), ready: false })],
      containers: [aContainer({ name, role }), aContainer()],
    });
    expect(diagnose(aDiagnosisInput({ pod }))[0]).toMatchObject({
      causeId,
      certainty: 'likely',
      container: name,
    });
  });

  it('was a sidecar some tool put beside the app', () => {
    const pod = aPod({
      statuses: [
        aContainerStatus(),
        aContainerStatus({ ...crashed({ exitCode: 255 }), name: 'istio-proxy' }),
      ],
    });
    expect(diagnose(aDiagnosisInput({ pod }))[0].causeId).toBe('sidecar-crashing');
  });
});
