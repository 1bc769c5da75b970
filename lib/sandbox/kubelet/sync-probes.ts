import type { ContainerSpec } from '#lib/sandbox/client/objects.ts';
import { afterProbe, periodMs, probe, probeSpec } from './probes.ts';
import type { ContainerRecord, ContainerState, ProbeRecord, ProbeType } from './record.ts';
import { say, stopping, type Sync } from './sync.ts';

type Running = Extract<ContainerState, { kind: 'running' }>;

const TYPES: readonly ProbeType[] = ['Startup', 'Liveness', 'Readiness'];

/**
 * Probers of a container that started at `startedAt`: each first fires after its initial delay, somewhere
 * within one period, because probers tick on their own. Liveness starts out passed, the others failed.
 */
export function startProbes(
  container: ContainerSpec,
  phase: (type: ProbeType) => number,
  startedAt: number,
): Running['probes'] {
  const probes: Partial<Record<ProbeType, ProbeRecord>> = {};
  for (const type of TYPES) {
    const spec = probeSpec(container, type);
    if (!spec) continue;
    const delay = (spec.initialDelaySeconds ?? 0) * 1000 + Math.floor(phase(type) * periodMs(spec));
    probes[type] = { nextAt: startedAt + delay, passed: type === 'Liveness', streak: 0 };
  }
  return probes;
}

/** Runs every probe that is due. Liveness and readiness are suspended until the startup probe has passed. */
export function stepProbes(given: ContainerRecord, state: Running, sync: Sync): ContainerRecord {
  let record: ContainerRecord = given;
  let running: Running = state;
  for (const type of TYPES) {
    const result = running.kill ? undefined : stepProbe(record, running, { type, sync });
    if (!result) continue;
    record = result;
    if (record.state.kind !== 'running') return record;
    running = record.state;
  }
  return record;
}

function stepProbe(
  record: ContainerRecord,
  state: Running,
  { type, sync }: { type: ProbeType; sync: Sync },
): ContainerRecord | undefined {
  const spec = probeSpec(record.spec, type);
  const prober = state.probes[type];
  if (!spec || !prober || (type === 'Startup' && record.started)) return undefined;
  const { now } = sync.world;
  if (now < prober.nextAt) {
    if (prober.nextAt < Infinity) sync.wakeAt(prober.nextAt);
    return undefined;
  }
  if (type !== 'Startup' && !record.started)
    return withProber(record, state, { [type]: postponed(prober, spec) });
  const atMs = now - state.startedAt;
  const unhealthy = (message: string) => say(record, sync, { type: 'Warning', reason: 'Unhealthy', message });
  const outcome = probe(spec, { container: record.spec, run: state.run, ip: sync.ip, atMs });
  if (!outcome.ok && outcome.errored) {
    unhealthy(`${type} probe errored and resulted in unknown state: ${outcome.output}`);
    return withProber(record, state, { [type]: postponed(prober, spec) });
  }
  if (!outcome.ok) unhealthy(`${type} probe failed: ${outcome.output}`);
  const after = afterProbe(prober, spec, outcome.ok);
  // Nothing will change for as long as it runs: no need to ask a healthy container every ten seconds.
  const settled = after.passed && outcome.ok && atMs >= state.run.steadyFromMs;
  const next = withProber(record, state, { [type]: settled ? { ...after, nextAt: Infinity } : after });
  return verdict(next, after, { type, sync });
}

function postponed(prober: ProbeRecord, spec: Parameters<typeof periodMs>[0]): ProbeRecord {
  return { ...prober, nextAt: prober.nextAt + periodMs(spec) };
}

const withProber = (record: ContainerRecord, state: Running, prober: Running['probes']): ContainerRecord => ({
  ...record,
  state: { ...state, probes: { ...state.probes, ...prober } },
});

function verdict(
  record: ContainerRecord,
  prober: ProbeRecord,
  { type, sync }: { type: ProbeType; sync: Sync },
): ContainerRecord {
  if (type === 'Readiness') return { ...record, ready: prober.passed };
  const { spec, state } = record;
  if (type === 'Startup' && prober.passed) {
    return { ...record, started: true, ready: spec.readinessProbe === undefined };
  }
  const exhausted =
    prober.latest === false && prober.streak >= (probeSpec(spec, type)?.failureThreshold ?? 3);
  if (!exhausted || state.kind !== 'running') return record;
  const message = `Container ${spec.name} failed ${type.toLowerCase()} probe, will be restarted`;
  say(record, sync, { type: 'Normal', reason: 'Killing', message });
  const grace =
    probeSpec(spec, type)?.terminationGracePeriodSeconds ?? sync.pod.spec.terminationGracePeriodSeconds ?? 30;
  return { ...record, ready: false, state: stopping(state, grace * 1000, sync.world.now) };
}
