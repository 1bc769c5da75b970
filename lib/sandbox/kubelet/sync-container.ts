import type { Pod } from '#lib/sandbox/client/objects.ts';
import { goDuration, seconds } from '#lib/sandbox/client/time.ts';
import { pullBackOff, restartDecision } from './back-off.ts';
import { shownState } from './shown-state.ts';
import { startProbes, stepProbes } from './sync-probes.ts';
import { later, lateness, nextTick, say, type Sync } from './sync.ts';
import type { ContainerRecord, ContainerState } from './record.ts';

/** The pod lifecycle event generator notices a dead container within a second. */
const NOTICE_MS = 1000;
const RESYNC_MS = 60_000;

/** Runs one container's state machine up to `world.now`. Pure but for the collectors in `sync`. */
export function syncContainer(given: ContainerRecord, sync: Sync, mayRun: boolean): ContainerRecord {
  let record = given;
  for (let steps = 0; steps < 20; steps++) {
    const next = step(record, sync, mayRun);
    if (next === record) return record;
    record = next;
  }
  return record;
}

function step(record: ContainerRecord, sync: Sync, mayRun: boolean): ContainerRecord {
  const { state } = record;
  switch (state.kind) {
    case 'fresh':
      return mayRun ? begin(record, sync) : record;
    case 'pulling':
      return sync.world.now < state.doneAt ? later(record, sync, state.doneAt) : pulled(record, state, sync);
    case 'blocked':
      return retryBlocked(record, state, sync);
    case 'running':
      return run(record, state, sync);
    case 'exited':
      return decide(record, state, sync);
    case 'back-off':
      return waitOut(record, state, sync);
  }
}

type In<K extends ContainerState['kind']> = Extract<ContainerState, { kind: K }>;

function blocked(
  record: ContainerRecord,
  sync: Sync,
  why: { reason: string; message: string; retryAt?: number; tickAt?: number },
): ContainerRecord {
  const tickAt = why.tickAt ?? nextTick(record, sync);
  const retryAt = why.retryAt ?? tickAt;
  return { ...record, state: { kind: 'blocked', reason: why.reason, message: why.message, retryAt, tickAt } };
}

/** The way to a start: image, configuration, create, start. */
function begin(record: ContainerRecord, sync: Sync): ContainerRecord {
  const { image, imagePullPolicy = 'IfNotPresent' } = record.spec;
  const { world, pod } = sync;
  const outcome = world.pull(image, pod);
  if (!outcome) {
    const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`;
    say(record, sync, { type: 'Warning', reason: 'InspectFailed', message });
    say(record, sync, { type: 'Warning', reason: 'Failed', message: 'Error: InvalidImageName' });
    return blocked(record, sync, { reason: 'InvalidImageName', message });
  }
  if (imagePullPolicy !== 'Always' && world.hasImage(image)) {
    const text = `Container image "${image}" already present on machine and can be accessed by the pod`;
    say(record, sync, { type: 'Normal', reason: 'Pulled', message: text });
    return create(record, sync);
  }
  if (imagePullPolicy === 'Never') {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    say(record, sync, { type: 'Warning', reason: 'ErrImageNeverPull', message });
    say(record, sync, { type: 'Warning', reason: 'Failed', message: 'Error: ErrImageNeverPull' });
    return blocked(record, sync, { reason: 'ErrImageNeverPull', message });
  }
  warnOfMissingSecrets(sync);
  const failed = sync.pulls[image];
  const retryAt = failed ? failed.backOff.decidedAt + failed.backOff.delayMs : 0;
  if (failed && world.now < retryAt) return pullBackingOff(record, sync, { error: failed.error, retryAt });
  say(record, sync, { type: 'Normal', reason: 'Pulling', message: `Pulling image "${image}"` });
  const doneAt = world.now + outcome.tookMs;
  return { ...record, state: { kind: 'pulling', startedAt: world.now, doneAt, shown: shownState(record) } };
}

/** Said at every sync: the exact proof of a Secret that is named but missing. */
function warnOfMissingSecrets({ world, pod, emit }: Sync): void {
  const missing = world.missingPullSecrets(pod);
  if (missing.length === 0) return;
  const message = `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`;
  emit({ type: 'Warning', reason: 'FailedToRetrieveImagePullSecret', message });
}

function pullBackingOff(
  record: ContainerRecord,
  sync: Sync,
  { error, retryAt }: { error: string; retryAt: number },
): ContainerRecord {
  const text = `Back-off pulling image "${record.spec.image}"`;
  say(record, sync, { type: 'Normal', reason: 'BackOff', message: text });
  say(record, sync, { type: 'Warning', reason: 'Failed', message: 'Error: ImagePullBackOff' });
  const message = `${text}: ErrImagePull: ${error}`;
  return blocked(record, sync, {
    reason: 'ImagePullBackOff',
    message,
    retryAt: retryAt + lateness(record, sync),
  });
}

function pulled(record: ContainerRecord, state: In<'pulling'>, sync: Sync): ContainerRecord {
  const { image } = record.spec;
  const { world, pod } = sync;
  const outcome = world.pull(image, pod);
  if (outcome && !('error' in outcome)) {
    const took = goDuration(state.doneAt - state.startedAt);
    const text = `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${outcome.bytes} bytes.`;
    say(record, sync, { type: 'Normal', reason: 'Pulled', message: text });
    return create(
      { ...record, imageId: `${image.split('@')[0]?.replace(/:[^:/]*$/, '') ?? image}@${outcome.digest}` },
      sync,
    );
  }
  const error = outcome?.error ?? 'unknown error';
  const before = sync.pulls[image];
  sync.pulls = { ...sync.pulls, [image]: { backOff: pullBackOff(before?.backOff, world.now), error } };
  say(record, sync, {
    type: 'Warning',
    reason: 'Failed',
    message: `Failed to pull image "${image}": ${error}`,
  });
  say(record, sync, { type: 'Warning', reason: 'Failed', message: 'Error: ErrImagePull' });
  // The first failure is followed by a sync at once (the new sandbox is an event); later ones wait for their turn.
  const tickAt = before ? nextTick(record, sync) : world.now + NOTICE_MS;
  const why = { reason: 'ErrImagePull', message: error, tickAt, retryAt: tickAt };
  return blocked(record, sync, why);
}

function retryBlocked(record: ContainerRecord, state: In<'blocked'>, sync: Sync): ContainerRecord {
  const { now } = sync.world;
  if (now < Math.min(state.retryAt, state.tickAt))
    return later(record, sync, Math.min(state.retryAt, state.tickAt));
  if (state.reason !== 'ImagePullBackOff' || now >= state.retryAt) return begin(record, sync);
  warnOfMissingSecrets(sync);
  const again = pullBackingOff(record, sync, {
    error: sync.pulls[record.spec.image]?.error ?? '',
    retryAt: state.retryAt,
  });
  return again.state.kind === 'blocked'
    ? { ...again, state: { ...again.state, retryAt: state.retryAt } }
    : again;
}

function create(record: ContainerRecord, sync: Sync): ContainerRecord {
  const { world, pod, ip } = sync;
  const made = world.environment(pod, record.spec, ip);
  if ('error' in made) {
    say(record, sync, { type: 'Warning', reason: 'Failed', message: `Error: ${made.error}` });
    return blocked(record, sync, { reason: 'CreateContainerConfigError', message: made.error });
  }
  const { uid } = pod.metadata;
  const instance = record.instances;
  const { now } = world;
  const run = world.start(record.spec, { env: made.env, instance, podUid: uid });
  const containerId = containerIdOf(sync, record.spec.name, instance);
  say(record, sync, { type: 'Normal', reason: 'Created', message: 'Container created' });
  const created = { ...record, instances: instance + 1 };
  if (run.startError) return startFailed(created, sync, { error: run.startError, containerId });
  say(record, sync, { type: 'Normal', reason: 'Started', message: 'Container started' });
  const probes = startProbes(record.spec, (type) => world.chance(uid, record.spec.name, instance, type), now);
  const hasStartup = record.spec.startupProbe !== undefined;
  return {
    ...created,
    started: !hasStartup,
    ready: !hasStartup && record.spec.readinessProbe === undefined,
    state: { kind: 'running', startedAt: now, containerId, run, probes },
  };
}

/** 64 hex digits that belong to one instance of one container. */
export function containerIdOf(
  { world, pod }: Pick<Sync, 'world' | 'pod'>,
  name: string,
  instance: number,
): string {
  const part = (index: number) =>
    Math.floor(world.chance(pod.metadata.uid, name, instance, 'id', index) * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return `containerd://${Array.from({ length: 8 }, (_, index) => part(index)).join('')}`;
}

/** containerd's StartError: exit code 128, and a start that never was (1970). */
function startFailed(
  record: ContainerRecord,
  sync: Sync,
  why: { error: string; containerId: string },
): ContainerRecord {
  const { now } = sync.world;
  say(record, sync, { type: 'Warning', reason: 'Failed', message: `Error: ${why.error}` });
  return {
    ...record,
    started: false,
    ready: false,
    previousExit: record.latestExit,
    latestExit: {
      exitCode: 128,
      reason: 'StartError',
      message: why.error,
      startedAt: seconds(0),
      finishedAt: seconds(now),
      containerID: why.containerId,
    },
    state: {
      kind: 'exited',
      decideAt: now + NOTICE_MS,
      shown: { waiting: { reason: 'RunContainerError', message: why.error } },
    },
  };
}

function run(record: ContainerRecord, state: In<'running'>, sync: Sync): ContainerRecord {
  const { now } = sync.world;
  const { run: program, startedAt, kill } = state;
  const endsAt = program.exit ? startedAt + program.exit.afterMs : Infinity;
  const exitAt = Math.min(kill?.exitAt ?? Infinity, endsAt);
  if (now >= exitAt) {
    const killed = kill && kill.exitAt <= endsAt;
    const exitCode = killed ? kill.exitCode : (program.exit?.code ?? 0);
    const reason = (!killed && program.exit?.reason) || (exitCode === 0 ? 'Completed' : 'Error');
    return {
      ...record,
      started: false,
      ready: false,
      previousExit: record.latestExit,
      latestExit: {
        exitCode,
        reason,
        startedAt: seconds(startedAt),
        finishedAt: seconds(exitAt),
        containerID: state.containerId,
      },
      state: { kind: 'exited', decideAt: killed ? now : now + NOTICE_MS, killed },
    };
  }
  sync.wakeAt(exitAt);
  return kill ? record : stepProbes(record, state, sync);
}

function decide(record: ContainerRecord, state: In<'exited'>, sync: Sync): ContainerRecord {
  const { world, pod } = sync;
  if (pod.metadata.deletionTimestamp || !mayRestart(record, pod)) return record;
  if (world.now < state.decideAt) return later(record, sync, state.decideAt);
  // The kubelet that kills decides with what it knew before: the run before this one, if there was any (computePodActions).
  const seen = state.killed ? record.previousExit : record.latestExit;
  if (!seen) return begin(record, sync);
  const decision = restartDecision(record.restartBackOff, Date.parse(seen.finishedAt), world.now);
  if (decision.start) return begin({ ...record, restartBackOff: decision.entry }, sync);
  const { name } = record.spec;
  const { metadata } = pod;
  const subject = `pod=${metadata.name}_${metadata.namespace ?? ''}(${metadata.uid})`;
  const message = `back-off ${goDuration(decision.delayMs)} restarting failed container=${name} ${subject}`;
  // Once it waits, the delay counts from the latest exit after all.
  const endedAt = Date.parse(record.latestExit?.finishedAt ?? '') || world.now;
  const dueAt = state.killed ? endedAt + decision.delayMs : decision.retryAt;
  const retryAt = dueAt + lateness(record, sync);
  return backingOff({ ...record, state: { kind: 'back-off', message, retryAt, tickAt: 0 } }, sync);
}

function mayRestart({ latestExit, isInit }: ContainerRecord, { spec }: Pod): boolean {
  const policy = spec.restartPolicy ?? 'Always';
  const failed = latestExit?.exitCode !== 0;
  if (isInit) return failed && policy !== 'Never';
  return policy === 'Always' || (policy === 'OnFailure' && failed);
}

function backingOff(record: ContainerRecord, sync: Sync): ContainerRecord {
  if (record.state.kind !== 'back-off') return record;
  const { name, namespace = '', uid } = sync.pod.metadata;
  const subject = `container ${record.spec.name} in pod ${name}_${namespace}(${uid})`;
  say(record, sync, { type: 'Warning', reason: 'BackOff', message: `Back-off restarting failed ${subject}` });
  const { now, chance } = sync.world;
  // The kubelet sleeps until the delay is over, but at most a minute, and up to half as long again (pod_workers.go, completeWork).
  const sleepMs =
    Math.min(record.state.retryAt - now, RESYNC_MS) * (1 + 0.5 * chance(uid, record.spec.name, 'tick', now));
  return { ...record, state: { ...record.state, tickAt: now + Math.max(1000, Math.floor(sleepMs)) } };
}

function waitOut(record: ContainerRecord, state: In<'back-off'>, sync: Sync): ContainerRecord {
  const { now } = sync.world;
  if (now >= state.retryAt) {
    const finishedAt = Date.parse(record.latestExit?.finishedAt ?? '') || now;
    const decision = restartDecision(record.restartBackOff, finishedAt, now);
    if (decision.start) return begin({ ...record, restartBackOff: decision.entry }, sync);
  }
  if (now >= state.tickAt) return backingOff(record, sync);
  return later(record, sync, Math.min(state.retryAt, state.tickAt));
}
