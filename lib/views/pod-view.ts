import type { PodView } from '#lib/contract/incident-view.ts';
import { conditionOf } from '#lib/health/condition-of.ts';
import { podStatus } from '#lib/health/pod-status.ts';
import type { ContainerStatus, Pod } from '#lib/model/pod.ts';
import type { ContainerSpec, Probe } from '#lib/model/pod-template.ts';

type ContainerView = PodView['containers'][number];
type Stage = PodView['stages'][number];

export function podView(pod: Pod): PodView {
  const { status, ready } = podStatus(pod);
  const statuses = new Map(
    [...pod.initStatuses, ...pod.statuses, ...pod.ephemeralStatuses].map((entry) => [entry.name, entry]),
  );
  return {
    name: pod.meta.name,
    uid: pod.meta.uid,
    status,
    ready,
    node: pod.nodeName,
    createdAt: pod.meta.createdAt,
    stages: stages(pod),
    containers: pod.template.containers.map((spec) => containerView(spec, statuses.get(spec.name))),
  };
}

/** Pod conditions in the order the kubelet makes them true. PodReadyToStartContainers is absent on old clusters. */
const CONDITIONS: readonly (readonly [name: string, type: string])[] = [
  ['Scheduled', 'PodScheduled'],
  ['Sandbox', 'PodReadyToStartContainers'],
  ['Initialized', 'Initialized'],
  ['Containers ready', 'ContainersReady'],
  ['Ready', 'Ready'],
];

function stages(pod: Pod): PodView['stages'] {
  const made: Stage[] = [{ name: 'Created', at: pod.meta.createdAt, done: true, failed: false }];
  for (const [name, type] of CONDITIONS) {
    const condition = conditionOf(pod, type);
    if (!condition && type === 'PodReadyToStartContainers') continue;
    const done = condition?.status === 'True' || (type === 'PodReadyToStartContainers' && hasRun(pod));
    made.push({
      name,
      at: condition?.status === 'True' ? condition.lastTransitionAt : undefined,
      done,
      failed: false,
    });
  }
  // Where it stands: the first step that is not done.
  const stuck = made.findIndex(({ done }) => !done);
  return made.map((stage, index) => ({ ...stage, failed: index === stuck }));
}

/** The sandbox of a pod that has ended is taken down; it was there if a container has ended in it. */
const hasRun = ({ phase, statuses, initStatuses }: Pod): boolean =>
  (phase === 'Failed' || phase === 'Succeeded') &&
  [...initStatuses, ...statuses].some(({ state }) => state.kind === 'terminated');

function containerView(spec: ContainerSpec, status: ContainerStatus | undefined): ContainerView {
  const last = status?.state.kind === 'terminated' ? status.state : status?.lastTermination;
  return {
    name: spec.name,
    role: spec.role,
    image: spec.image,
    imageId: status?.imageId ?? '',
    state: stateText(status),
    message: status && messageOf(status),
    ready: status?.ready ?? false,
    restartCount: status?.restartCount ?? 0,
    lastExit: last && {
      exitCode: last.exitCode,
      reason: last.reason,
      startedAt: last.startedAt,
      finishedAt: last.finishedAt,
    },
    ports: spec.ports.map(({ name, port, protocol }) => `${name ? `${name} ` : ''}${port}/${protocol}`),
    probes: probes(spec),
    requests: { ...spec.resources.requests },
    limits: { ...spec.resources.limits, ...status?.actualLimits },
    logs: {
      current: status !== undefined && status.state.kind !== 'waiting',
      previous: status?.lastTermination !== undefined,
    },
  };
}

function stateText(status: ContainerStatus | undefined): string {
  if (!status) return 'Not reported';
  const { state } = status;
  switch (state.kind) {
    case 'running':
      return 'Running';
    case 'waiting':
      return state.reason;
    case 'terminated':
      return `Terminated: ${state.reason || `exit code ${state.exitCode}`}`;
  }
}

const messageOf = ({ state }: ContainerStatus) => (state.kind === 'running' ? undefined : state.message);

function probes({ liveness, readiness, startup }: ContainerSpec): ContainerView['probes'] {
  return (
    [
      ['startup', startup],
      ['readiness', readiness],
      ['liveness', liveness],
    ] as const
  ).flatMap(([type, probe]) => (probe ? [{ type, text: probeText(probe) }] : []));
}

/** Like `kubectl describe`: "http-get http://:8080/healthz delay=5s timeout=1s period=10s #success=1 #failure=3". */
function probeText(probe: Probe): string {
  const { initialDelaySeconds, timeoutSeconds, periodSeconds, successThreshold, failureThreshold } = probe;
  return [
    handlerText(probe.handler),
    `delay=${initialDelaySeconds}s`,
    `timeout=${timeoutSeconds}s`,
    `period=${periodSeconds}s`,
    `#success=${successThreshold}`,
    `#failure=${failureThreshold}`,
  ].join(' ');
}

function handlerText(handler: Probe['handler']): string {
  switch (handler.kind) {
    case 'http':
      return `http-get ${handler.scheme.toLowerCase()}://${handler.host ?? ''}:${handler.port}${handler.path}`;
    case 'tcp':
      return `tcp-socket :${handler.port}`;
    case 'grpc':
      return `grpc :${handler.port} ${handler.service ?? ''}`.trim();
    case 'exec':
      return `exec [${handler.command.join(' ')}]`;
  }
}
