import type { ContainerSpec, ProbeSpec } from '#lib/sandbox/client/objects.ts';
import type { Run } from '#lib/sandbox/programs/program.ts';
import type { ProbeRecord, ProbeType } from './record.ts';

/** What one probe met. `errored` results are thrown away by the prober: neither success nor failure. */
export type ProbeOutcome =
  { readonly ok: true } | { readonly ok: false; readonly output: string; readonly errored?: true };

const SPEC = { Startup: 'startupProbe', Liveness: 'livenessProbe', Readiness: 'readinessProbe' } as const;

export const probeSpec = (container: ContainerSpec, type: ProbeType): ProbeSpec | undefined =>
  container[SPEC[type]];
export const periodMs = ({ periodSeconds = 10 }: ProbeSpec): number => periodSeconds * 1000;

/** Probes a run `atMs` after its start, as the kubelet on its node would, against the pod's address. */
export function probe(
  spec: ProbeSpec,
  target: { container: ContainerSpec; run: Run; ip: string; atMs: number },
): ProbeOutcome {
  if (spec.httpGet) return probeHttp(spec.httpGet, target);
  if (spec.tcpSocket) return probeTcp(spec.tcpSocket.port, target);
  if (spec.grpc) {
    const { port } = spec.grpc;
    if (probeTcp(port, target).ok) return { ok: true };
    return {
      ok: false,
      output: `timeout: failed to connect service "${target.ip}:${port}" within ${spec.timeoutSeconds ?? 1}s: context deadline exceeded`,
    };
  }
  return { ok: true }; // exec: programs answer their own health commands
}

type Target = { container: ContainerSpec; run: Run; ip: string; atMs: number };

function probeHttp(
  { path = '/', port, scheme = 'HTTP' }: NonNullable<ProbeSpec['httpGet']>,
  target: Target,
): ProbeOutcome {
  const number = resolvePort(port, target.container);
  if (number === undefined) return portNotFound(port);
  const url = `${scheme.toLowerCase()}://${target.ip}:${number}${path.startsWith('/') ? path : `/${path}`}`;
  const listener = listening(number, target);
  if (!listener) return { ok: false, output: `Get "${url}": ${refused(target.ip, number)}` };
  const answer = listener.http?.(path, target.atMs) ?? 400;
  if (answer === 'hangs') {
    return {
      ok: false,
      output: `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    };
  }
  return answer >= 200 && answer < 400
    ? { ok: true }
    : { ok: false, output: `HTTP probe failed with statuscode: ${answer}` };
}

function probeTcp(port: number | string, target: Target): ProbeOutcome {
  const number = resolvePort(port, target.container);
  if (number === undefined) return portNotFound(port);
  return listening(number, target) ? { ok: true } : { ok: false, output: refused(target.ip, number) };
}

const listening = (port: number, { run, atMs }: Target) =>
  run.listeners.find((listener) => listener.port === port && !listener.localOnly && atMs >= listener.fromMs);

const refused = (ip: string, port: number) => `dial tcp ${ip}:${port}: connect: connection refused`;

const portNotFound = (port: number | string): ProbeOutcome => ({
  ok: false,
  errored: true,
  output: `couldn't find port: "${port}"`,
});

function resolvePort(port: number | string, { ports = [] }: ContainerSpec): number | undefined {
  if (typeof port === 'number') return port;
  return /^\d+$/.test(port) ? Number(port) : ports.find(({ name }) => name === port)?.containerPort;
}

/** The prober's memory after one outcome; the verdict changes only after the threshold (prober/worker.go). */
export function afterProbe(record: ProbeRecord, spec: ProbeSpec, ok: boolean): ProbeRecord {
  const streak = record.latest === ok ? record.streak + 1 : 1;
  const threshold = ok ? (spec.successThreshold ?? 1) : (spec.failureThreshold ?? 3);
  const passed = streak >= threshold ? ok : record.passed;
  return { nextAt: record.nextAt + periodMs(spec), latest: ok, streak, passed };
}
