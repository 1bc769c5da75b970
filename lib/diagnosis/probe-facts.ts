import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { ContainerStatus, Pod } from '#lib/model/pod.ts';
import type { Probe } from '#lib/model/pod-template.ts';
import type { ContainerInput, ContainerSubject } from './diagnosis-input.ts';
import { containerEvents } from './evidence.ts';
import { type LogLine, searchLog } from './log-search.ts';

export type ProbeKind = 'liveness' | 'readiness' | 'startup';

/** Newest failure of one probe of this container. */
export function probeFailure(input: ContainerInput, kind: ProbeKind): KubeEvent | undefined {
  const prefix = `${kind} probe `;
  return containerEvents(input, 'Unhealthy').find((event) => event.message.toLowerCase().startsWith(prefix));
}

/** Any answer shows that packets arrive, also a bad one. */
const ANSWERED =
  /statuscode: \d|connection (?:refused|reset)|\bEOF\b|malformed HTTP|HTTP response to HTTPS|handshake|responded with/i;
const KUBE_PROBE = /\bkube-probe\//;

/**
 * The kubelet has reached the container over the network at least once, or another pod of the workload: an answer, its name in
 * the app's log, a startup probe that succeeded, or readiness that only a probe over the network can have given.
 */
export function hasBeenReached(input: ContainerInput): boolean {
  const { container, pod, siblings } = input;
  const { spec, status } = container;
  const isNetwork = (probe: Probe | undefined) => probe !== undefined && probe.handler.kind !== 'exec';
  const byReadiness = isNetwork(spec.readiness);
  return (
    containerEvents(input, 'Unhealthy').some(({ message }) => ANSWERED.test(message)) ||
    (isNetwork(spec.startup) && status.started === true) ||
    (byReadiness && (status.ready || wasReady(pod, status))) ||
    (byReadiness &&
      siblings.some((other) => other.statuses.some(({ name, ready }) => ready && name === spec.name))) ||
    searchLog(container.log, KUBE_PROBE) !== undefined
  );
}

/** `Ready` only becomes false after the start of a run when it was true in that run. */
function wasReady({ conditions, conditionTimes }: Pod, { state }: ContainerStatus): boolean {
  const index = conditions.findIndex(({ type }) => type === 'Ready');
  const changedAt = conditionTimes[index];
  return state.kind === 'running' && changedAt !== undefined && changedAt - state.startedAt > SAME_MOMENT_MS;
}

/** Times of the API have whole seconds. */
const SAME_MOMENT_MS = 2_000;

/** Port number a probe asks; a port name is looked up in the container's ports. */
export function probePort({ spec }: ContainerSubject, { handler }: Probe): number | undefined {
  if (handler.kind === 'exec') return undefined;
  const { port } = handler;
  if (typeof port === 'number') return port;
  return spec.ports.find(({ name }) => name === port)?.port;
}

/** Ms from start until the kubelet may kill at the earliest: every probe failing, none in time. */
export function killBudgetMs(probe: Probe): number {
  return (probe.initialDelaySeconds + probe.periodSeconds * (probe.failureThreshold - 1)) * 1000;
}

/** Ms the process gets between SIGTERM and SIGKILL. */
export function graceMs({ pod }: ContainerInput, probe: Probe): number {
  return (probe.terminationGracePeriodSeconds ?? pod.template.terminationGracePeriodSeconds) * 1000;
}

const LISTENS =
  /(?:listen(?:ing|s)?|serving|bound|started|running)\b[^\n]{0,60}?(?:https?:\/\/)?(?:[\w.*[\]-]{0,60}|::):(\d{2,5})\b|(?:listen(?:ing|s)?|serving) on (?:port )?(\d{2,5})\b/i;

/** Port the app itself says it listens on. */
export function listeningPort({
  log,
}: ContainerSubject): { port: number; line: { at?: number; text: string } } | undefined {
  const hit = searchLog(log, LISTENS);
  const port = Number(hit?.match[1] ?? hit?.match[2]);
  return hit && port > 0 && port < 65_536 ? { port, line: hit.line } : undefined;
}

const LOOPBACK =
  /(?:listen(?:ing|s)?|serving|bound|started|running|local|available)\b[^\n]{0,60}?\b(127\.0\.0\.1|localhost|\[::1\]):(\d{2,5})\b/i;

/** The address inside the container the app says it listens on, when only the container itself can reach it. */
export function listensOnLoopback({
  log,
}: ContainerSubject): { host: string; port: number; line: { at?: number; text: string } } | undefined {
  const hit = searchLog(log, LOOPBACK);
  const host = hit?.match[1];
  return hit && host ? { host, port: Number(hit.match[2]), line: hit.line } : undefined;
}

/** Access logs in the common format name the kubelet as `kube-probe/<version>`. */
const PROBE_LOGGED = /"(?:GET|HEAD) (\/\S{0,400}) HTTP\/[\d.]{1,3}"\s(\d{3})\b.{0,300}\bkube-probe\//;

/** What the app's own log says it last answered to the kubelet on this path. */
export function loggedAnswer(
  { log }: ContainerSubject,
  path: string,
): { readonly code: number; readonly line: LogLine } | undefined {
  const hit = searchLog(log, PROBE_LOGGED);
  return hit && hit.match[1] === path ? { code: Number(hit.match[2]), line: hit.line } : undefined;
}
