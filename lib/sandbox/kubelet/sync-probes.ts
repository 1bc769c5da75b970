import type { ContainerSpec, ProbeSpec } from '#lib/sandbox/client/objects.ts';
import { afterProbe, periodMs, probe, probeSpec, timeoutMs } from './probes.ts';
import type { ContainerRecord, Instance, PodRecord, ProbeRecord, ProbeType } from './record.ts';
import { NOTICE_MS, say, withContainer, withNews, type Sync } from './sync.ts';

type Running = Extract<Instance, { kind: 'running' }>;

const TYPES: readonly ProbeType[] = ['Startup', 'Liveness', 'Readiness'];

/**
 * Probers of a container that started at `startedAt`. They have ticked since the pod was set up (`from`), whatever
 * becomes of the container: the first probe is the first tick after the initial delay. Liveness starts out passed.
 */
export function startProbes(
  container: ContainerSpec,
  { startedAt, from }: { startedAt: number; from: number },
): Running['probes'] {
  const probes: Partial<Record<ProbeType, ProbeRecord>> = {};
  for (const type of TYPES) {
    const spec = probeSpec(container, type);
    if (!spec) continue;
    const nextAt = nextTick(spec, from, allowedFrom(spec, startedAt));
    probes[type] = { nextAt, passed: type === 'Liveness', streak: 0 };
  }
  return probes;
}

const allowedFrom = ({ initialDelaySeconds = 0 }: ProbeSpec, startedAt: number): number =>
  Math.floor(startedAt / 1000) * 1000 + initialDelaySeconds * 1000;

function nextTick(spec: ProbeSpec, from: number, at: number): number {
  const period = periodMs(spec);
  return from + Math.max(0, Math.ceil((at - from) / period)) * period;
}

/**
 * When a prober finds out that its container has ended, epoch ms: its next tick. That counts as a failure and wakes the
 * worker where it changes a verdict; probers that hold after a failed liveness probe do not look (prober/worker.go).
 */
export function foundDeadAt(
  { spec }: ContainerRecord,
  { probes }: Running,
  { from, exitAt }: { from: number; exitAt: number },
): number {
  const ticks = TYPES.flatMap((type) => {
    const probe = probeSpec(spec, type);
    const prober = probes[type];
    if (!probe || !prober) return [];
    const holds = type !== 'Readiness' && prober.nextAt === Infinity && !prober.passed;
    if (holds || (type === 'Readiness' && !prober.passed)) return [];
    return [nextTick(probe, from, exitAt + NOTICE_MS)];
  });
  return Math.min(Infinity, ...ticks);
}

/** Wakes the worker for containers that probers found dead. */
export function findDead(given: PodRecord, sync: Sync): PodRecord {
  let record = given;
  for (const { foundDeadAt: at, ...container } of given.containers) {
    if (at === undefined || container.instance.kind !== 'exited') continue;
    if (sync.world.now < at) sync.wakeAt(at);
    else record = withNews(withContainer(record, container), sync.world.now);
  }
  return record;
}

/** Every probe of the pod that is due. `only` leaves the others out: a pod that ends is only asked whether it is ready. */
export function probeContainers(given: PodRecord, sync: Sync, only?: ProbeType): PodRecord {
  let record = given;
  for (const { spec } of given.containers) {
    for (const type of TYPES) {
      const container = record.containers.find((each) => each.spec.name === spec.name);
      if (!container || (only && type !== only)) continue;
      record = stepProbe(record, container, { type, sync });
    }
  }
  return record;
}

type Step = { readonly type: ProbeType; readonly sync: Sync };

function stepProbe(record: PodRecord, container: ContainerRecord, { type, sync }: Step): PodRecord {
  const { instance, shown, started } = container;
  if (instance.kind !== 'running') return record;
  const spec = probeSpec(container.spec, type);
  const prober = instance.probes[type];
  if (!spec || !prober || prober.nextAt === Infinity) return record;
  const { now } = sync.world;
  const dueAt = prober.timesOutAt ?? prober.nextAt;
  if (now < dueAt) {
    sync.wakeAt(dueAt);
    return record;
  }
  const isShown = shown?.state.running !== undefined && shown.containerID === instance.containerId;
  // Liveness and readiness are suspended until the container has started; nothing is asked before a status shows it.
  if (!isShown || started === (type === 'Startup')) {
    const nextAt = prober.nextAt + periodMs(spec);
    sync.wakeAt(nextAt);
    return withProber(record, container, { type, prober: { ...prober, nextAt } });
  }
  return ask(record, container, { type, sync, spec, prober, instance });
}

type Ask = Step & { readonly spec: ProbeSpec; readonly prober: ProbeRecord; readonly instance: Running };

function ask(record: PodRecord, container: ContainerRecord, given: Ask): PodRecord {
  const { type, sync, spec, prober, instance } = given;
  const { now } = sync.world;
  const atMs = (prober.timesOutAt === undefined ? now : now - timeoutMs(spec)) - instance.startedAt;
  const outcome = probe(spec, { container: container.spec, run: instance.run, ip: record.ip, atMs });
  if (!outcome.ok && outcome.timedOut && prober.timesOutAt === undefined) {
    const timesOutAt = now + timeoutMs(spec);
    sync.wakeAt(timesOutAt);
    return withProber(record, container, { type, prober: { ...prober, timesOutAt } });
  }
  const unhealthy = (message: string): void =>
    say(container, sync, { type: 'Warning', reason: 'Unhealthy', message });
  // A tick that fell into a probe that took its time is made up for at once, older ones are lost.
  const base = { ...prober, timesOutAt: undefined, nextAt: Math.max(prober.nextAt, now - periodMs(spec)) };
  if (!outcome.ok && outcome.errored) {
    unhealthy(`${type} probe errored and resulted in unknown state: ${outcome.output}`);
    return withProber(record, container, { type, prober: { ...base, nextAt: base.nextAt + periodMs(spec) } });
  }
  if (!outcome.ok) unhealthy(`${type} probe failed: ${outcome.output}`);
  else if (outcome.warning !== undefined) {
    const message = `${type} probe warning: ${outcome.warning}`;
    say(container, sync, { type: 'Warning', reason: 'ProbeWarning', message });
  }
  const after = afterProbe(base, spec, outcome.ok);
  // Nothing will change for as long as it runs: no need to ask a healthy container every ten seconds.
  const isSettled =
    after.passed && outcome.ok && outcome.warning === undefined && atMs >= instance.run.steadyFromMs;
  const settled = isSettled ? { ...after, nextAt: Infinity } : after;
  return verdict(record, container, { ...given, prober: settled });
}

function verdict(
  record: PodRecord,
  container: ContainerRecord,
  { type, sync, spec, prober }: Ask,
): PodRecord {
  const { now } = sync.world;
  const hasFailed = prober.latest === false && prober.streak >= (spec.failureThreshold ?? 3);
  // After a final verdict on startup or liveness the prober holds until there is a new container.
  const isFinal = type === 'Startup' ? prober.passed || hasFailed : type === 'Liveness' && hasFailed;
  const held = isFinal ? { ...prober, nextAt: Infinity } : prober;
  const next = withProber(record, container, { type, prober: held });
  const changed = next.containers.find(({ spec: { name } }) => name === container.spec.name) ?? container;
  if (type === 'Liveness') return hasFailed ? withNews(next, now) : next;
  if (type === 'Startup') {
    if (!isFinal) return next;
    return withNews(withContainer(next, { ...changed, started: prober.passed }), now);
  }
  if (container.ready === prober.passed) return next;
  return withNews(withContainer(next, { ...changed, ready: prober.passed }), now);
}

function withProber(
  record: PodRecord,
  container: ContainerRecord,
  { type, prober }: { type: ProbeType; prober: ProbeRecord },
): PodRecord {
  const { instance } = container;
  if (instance.kind !== 'running') return record;
  const probes = { ...instance.probes, [type]: prober };
  return withContainer(record, { ...container, instance: { ...instance, probes } });
}

/**
 * A status that shows a container started but not ready makes its readiness be asked at once, and the ticks count
 * from there (prober_manager.go, UpdatePodStatus).
 */
export function triggerReadiness(container: ContainerRecord, now: number): ContainerRecord {
  const { instance, started, ready, spec } = container;
  if (instance.kind !== 'running' || !started || ready || !spec.readinessProbe) return container;
  const prober = instance.probes.Readiness;
  if (!prober || prober.timesOutAt !== undefined) return container;
  const isAllowed = now >= allowedFrom(spec.readinessProbe, instance.startedAt);
  const period = periodMs(spec.readinessProbe);
  const first = allowedFrom(spec.readinessProbe, instance.startedAt);
  const nextAt = isAllowed ? now : now + Math.ceil((first - now) / period) * period;
  return {
    ...container,
    instance: { ...instance, probes: { ...instance.probes, Readiness: { ...prober, nextAt } } },
  };
}
