import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { Probe } from '#lib/model/pod-template.ts';
import type { ContainerInput, ContainerSubject } from './diagnosis-input.ts';
import { containerEvents } from './evidence.ts';
import { searchLog } from './log-search.ts';

export type ProbeKind = 'liveness' | 'readiness' | 'startup';

/** Newest failure of one probe of this container. */
export function probeFailure(input: ContainerInput, kind: ProbeKind): KubeEvent | undefined {
  const prefix = `${kind} probe `;
  return containerEvents(input, 'Unhealthy').find((event) => event.message.toLowerCase().startsWith(prefix));
}

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
