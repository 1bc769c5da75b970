import type { Condition, ContainerStatus, Pod, PodStatus } from '#lib/sandbox/client/objects.ts';
import { seconds } from '#lib/sandbox/client/time.ts';
import { liveStatus } from './container-status.ts';
import { isInitDone, isInitialised, phaseOf, type Phase } from './phase.ts';
import type { PodRecord, Role } from './record.ts';

const OWN_CONDITIONS = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady'];

/** The status the kubelet reports: a function of its record; transition times stay while a condition stays. */
export function podStatus(
  pod: Pod,
  record: PodRecord,
  { now, hostIp }: { now: number; hostIp: string },
): PodStatus {
  const statusesOf = (...roles: readonly Role[]): readonly ContainerStatus[] =>
    record.containers.filter(({ role }) => roles.includes(role)).flatMap((each) => liveStatus(each) ?? []);
  const mains = statusesOf('main').toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const inits = statusesOf('init', 'sidecar');
  const ephemeral = statusesOf('ephemeral');
  const phase = phaseOf(pod, record);
  const { eviction, shownSandbox, ip } = record;
  return {
    phase,
    ...(eviction ? { reason: eviction.reason, message: eviction.message } : {}),
    conditions: conditionsOf(pod, record, { phase, now }),
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    ...(shownSandbox || pod.status?.podIP ? { podIP: ip, podIPs: [{ ip }] } : {}),
    startTime: seconds(record.acceptedAt),
    ...(inits.length > 0 ? { initContainerStatuses: inits } : {}),
    containerStatuses: mains,
    ...(ephemeral.length > 0 ? { ephemeralContainerStatuses: ephemeral } : {}),
  };
}

type Own = Omit<Condition, 'lastTransitionTime'>;

/** status/generate.go. */
function conditionsOf(
  pod: Pod,
  record: PodRecord,
  { phase, now }: { phase: Phase; now: number },
): readonly Condition[] {
  const current = pod.status?.conditions ?? [];
  const others = current.filter(({ type }) => !OWN_CONDITIONS.includes(type));
  const containersReady = containersReadyOf(record, phase);
  const own: readonly Own[] = [
    { type: 'PodReadyToStartContainers', status: record.shownSandbox ? 'True' : 'False' },
    initializedOf(record, phase),
    { ...containersReady, ...unreadyGates(pod, others, containersReady), type: 'Ready' },
    containersReady,
  ];
  const stamped = own.map((next) => {
    const before = current.find(({ type }) => type === next.type);
    const kept = before?.status === next.status ? before.lastTransitionTime : undefined;
    return { ...next, lastProbeTime: null, lastTransitionTime: kept ?? seconds(now) };
  });
  return [...stamped, ...others];
}

function containersReadyOf({ containers }: PodRecord, phase: Phase): Own {
  const type = 'ContainersReady';
  if (phase === 'Succeeded') return { type, status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { type, status: 'False', reason: 'PodFailed' };
  const unready = containers
    .filter((each) => (each.role === 'main' || each.role === 'sidecar') && !liveStatus(each)?.ready)
    .map(({ spec }) => spec.name);
  if (unready.length === 0) return { type, status: 'True' };
  const message = `containers with unready status: [${unready.join(' ')}]`;
  return { type, status: 'False', reason: 'ContainersNotReady', message };
}

function initializedOf({ containers }: PodRecord, phase: Phase): Own {
  const type = 'Initialized';
  if (phase === 'Succeeded') return { type, status: 'True', reason: 'PodCompleted' };
  if (isInitialised(containers)) return { type, status: 'True' };
  const incomplete = containers.filter((each) => !isInitDone(each)).map(({ spec }) => spec.name);
  const message = `containers with incomplete status: [${incomplete.join(' ')}]`;
  return { type, status: 'False', reason: 'ContainersNotInitialized', message };
}

function unreadyGates({ spec }: Pod, others: readonly Condition[], containersReady: Own): Partial<Own> {
  if (containersReady.status !== 'True') return {};
  const texts = (spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const found = others.find(({ type }) => type === conditionType);
    if (!found) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    if (found.status === 'True') return [];
    return [`the status of pod readiness gate "${conditionType}" is not "True", but ${found.status}`];
  });
  if (texts.length === 0) return {};
  return { status: 'False', reason: 'ReadinessGatesNotReady', message: texts.join(', ') };
}
