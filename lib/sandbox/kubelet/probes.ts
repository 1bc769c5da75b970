import type { ContainerSpec, HttpGetAction, ProbeSpec } from '#lib/sandbox/client/objects.ts';
import { execIn } from '#lib/sandbox/programs/exec-in.ts';
import type { Listener, Run } from '#lib/sandbox/programs/program.ts';
import type { ProbeRecord, ProbeType } from './record.ts';

/** What one probe met. `errored` results are thrown away by the prober: neither success nor failure. */
export type ProbeOutcome =
  | { readonly ok: true; readonly warning?: string }
  | { readonly ok: false; readonly output: string; readonly errored?: true; readonly timedOut?: true };

const SPEC = { Startup: 'startupProbe', Liveness: 'livenessProbe', Readiness: 'readinessProbe' } as const;

export const probeSpec = (container: ContainerSpec, type: ProbeType): ProbeSpec | undefined =>
  container[SPEC[type]];
export const periodMs = ({ periodSeconds = 10 }: ProbeSpec): number => periodSeconds * 1000;
export const timeoutMs = ({ timeoutSeconds = 1 }: ProbeSpec): number => timeoutSeconds * 1000;

type Target = {
  readonly container: ContainerSpec;
  readonly run: Run;
  readonly ip: string;
  readonly atMs: number;
};

/**
 * Probes a run `atMs` after its start, as the kubelet on its node would, against the pod's address
 * (https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/kubelet/prober/prober.go and pkg/probe).
 */
export function probe(spec: ProbeSpec, target: Target): ProbeOutcome {
  if (spec.httpGet) return probeHttp(spec.httpGet, target);
  if (spec.tcpSocket) return probeTcp(spec.tcpSocket.port, target);
  if (spec.grpc) return probeGrpc(spec, target);
  return probeExec(spec, target);
}

const failed = (output: string): ProbeOutcome => ({ ok: false, output });
const timedOut = (output: string): ProbeOutcome => ({ ok: false, output, timedOut: true });

type HttpAnswered =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'hangs'; readonly error: string }
  | { readonly kind: 'error'; readonly error: string; readonly errored?: true };

/** One GET as Go's client sees it: a status code or the text of its error. */
export function httpAnswer(action: HttpGetAction, target: Target): HttpAnswered {
  const { path = '/', port, scheme = 'HTTP', host = target.ip } = action;
  const number = resolvePort(port, target.container);
  if (typeof number === 'string') return { kind: 'error', error: number, errored: true };
  const slashed = path.startsWith('/') ? path : `/${path}`;
  const url = `${scheme.toLowerCase()}://${host}:${number}${slashed}`;
  const error = (why: string): HttpAnswered => ({ kind: 'error', error: `Get "${url}": ${why}` });
  const listener = listening(number, target);
  if (!listener) return error(refused(host, number));
  if (scheme === 'HTTPS' && !listener.tls) {
    return error(listener.http ? 'http: server gave HTTP response to HTTPS client' : 'EOF');
  }
  if (scheme !== 'HTTPS' && listener.tls) return { kind: 'status', status: 400 };
  if (listener.grpc) return error('net/http: HTTP/1.x transport connection broken: malformed HTTP response');
  const answer = listener.http?.(slashed, target.atMs) ?? 'closes';
  if (answer === 'closes') return error('EOF');
  if (answer !== 'hangs') return { kind: 'status', status: answer };
  const waited = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
  return { kind: 'hangs', error: `Get "${url}": ${waited}` };
}

function probeHttp(action: HttpGetAction, target: Target): ProbeOutcome {
  const answer = httpAnswer(action, target);
  if (answer.kind === 'hangs') return timedOut(answer.error);
  if (answer.kind === 'error') {
    return answer.errored ? { ok: false, output: answer.error, errored: true } : failed(answer.error);
  }
  const { status } = answer;
  // A redirect to another host is not followed; to the same host it has been.
  if (status >= 300 && status < 400)
    return { ok: true, warning: 'Probe terminated redirects, Response body: ' };
  return status >= 200 && status < 300
    ? { ok: true }
    : failed(`HTTP probe failed with statuscode: ${status}`);
}

function probeTcp(port: number | string, target: Target): ProbeOutcome {
  const number = resolvePort(port, target.container);
  if (typeof number === 'string') return { ok: false, output: number, errored: true };
  return listening(number, target) ? { ok: true } : failed(refused(target.ip, number));
}

function probeGrpc(spec: ProbeSpec, target: Target): ProbeOutcome {
  const { port = 0, service = '' } = spec.grpc ?? {};
  const waited = `${spec.timeoutSeconds ?? 1}s`;
  const listener = listening(port, target);
  if (!listener) {
    return timedOut(
      `timeout: failed to connect service "${target.ip}:${port}" within ${waited}: context deadline exceeded`,
    );
  }
  const answer = listener.grpc?.(service, target.atMs) ?? (listener.http ? 'hangs' : 'UNIMPLEMENTED');
  if (answer === 'SERVING') return { ok: true };
  if (answer === 'hangs') return timedOut(`timeout: health rpc did not complete within ${waited}`);
  if (answer !== 'UNIMPLEMENTED') return failed(`service unhealthy (responded with "${answer}")`);
  return failed(
    'error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service grpc.health.v1.Health',
  );
}

function probeExec(spec: ProbeSpec, { run, atMs }: Target): ProbeOutcome {
  const command = spec.exec?.command ?? [];
  const answer = execIn(run, command, atMs);
  if ('startError' in answer) return { ok: false, output: answer.startError, errored: true };
  const { code, output = '', tookMs = 0 } = answer;
  if (tookMs >= timeoutMs(spec)) {
    return timedOut(`command timed out: "${command.join(' ')}" timed out after ${spec.timeoutSeconds ?? 1}s`);
  }
  return code === 0 ? { ok: true } : failed(output);
}

const listening = (port: number, { run, atMs }: Target): Listener | undefined =>
  run.listeners.find((each) => each.port === port && !each.localOnly && atMs >= each.fromMs);

const refused = (ip: string, port: number): string => `dial tcp ${ip}:${port}: connect: connection refused`;

/** The port, or why there is none (pkg/probe/util.go, ResolveContainerPort). */
function resolvePort(port: number | string, { ports = [] }: ContainerSpec): number | string {
  const named = typeof port === 'number' ? port : ports.find(({ name }) => name === port)?.containerPort;
  if (named !== undefined) return named > 0 && named < 65_536 ? named : `invalid port number: ${named}`;
  return /^\d+$/.test(String(port)) ? Number(port) : `strconv.Atoi: parsing "${port}": invalid syntax`;
}

/** The prober's memory after one outcome; the verdict changes only after the threshold (prober/worker.go). */
export function afterProbe(record: ProbeRecord, spec: ProbeSpec, ok: boolean): ProbeRecord {
  const streak = record.latest === ok ? record.streak + 1 : 1;
  const threshold = ok ? (spec.successThreshold ?? 1) : (spec.failureThreshold ?? 3);
  const passed = streak >= threshold ? ok : record.passed;
  return { nextAt: record.nextAt + periodMs(spec), latest: ok, streak, passed };
}
