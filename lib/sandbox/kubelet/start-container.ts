import { goDuration, seconds } from '#lib/sandbox/client/time.ts';
import { linesBetween } from '#lib/sandbox/programs/program.ts';
import type { Pod } from '#lib/sandbox/client/objects.ts';
import { restartDecision } from './back-off.ts';
import { ensureImage } from './ensure-image.ts';
import { hookOutcome } from './hooks.ts';
import { nonRootViolation } from './non-root.ts';
import type { ContainerRecord, Instance, PodRecord, Task, World } from './record.ts';
import { startProbes } from './sync-probes.ts';
import { NOTICE_MS, podLabel, say, withContainer, withFailure, withNews, type Sync } from './sync.ts';

export type StartTask = Extract<Task, { do: 'start' }>;

/** How far one start came: `blocked` is to be continued, `failed` may keep the tasks after it from being done. */
export type Step = {
  readonly record: PodRecord;
  readonly blocked?: Task;
  readonly failed?: true;
  /** To be done before what else the sync has to do. */
  readonly first?: Task;
};

/**
 * One container's way to a start: back-off, image, configuration, create, start, postStart hook
 * (https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/kubelet/kuberuntime/kuberuntime_container.go, startContainer).
 */
export function startContainer(
  record: PodRecord,
  container: ContainerRecord,
  { task, sync }: { task: StartTask; sync: Sync },
): Step {
  if (task.hook) return afterHook(record, container, { task, sync });
  if (task.pull) return continueWith(record, container, { task, sync });
  const decided = backOff(record, container, { task, sync });
  if ('failed' in decided) return decided;
  return continueWith(decided.record, decided.container, { task, sync });
}

type On = { readonly task: StartTask; readonly sync: Sync };

function backOff(
  record: PodRecord,
  container: ContainerRecord,
  { task, sync }: On,
): (Step & { failed: true }) | { record: PodRecord; container: ContainerRecord } {
  if (task.exitedAt === undefined) return { record, container };
  const { now } = sync.world;
  const decision = restartDecision(container.restartBackOff, task.exitedAt, now);
  if (decision.start) {
    const changed = { ...container, restartBackOff: decision.entry };
    return { record: withContainer(record, changed), container: changed };
  }
  const { name } = container.spec;
  const label = podLabel(sync.pod);
  const said = `Back-off restarting failed container ${name} in pod ${label}`;
  say(container, sync, { type: 'Warning', reason: 'BackOff', message: said });
  const message = `back-off ${goDuration(decision.delayMs)} restarting failed container=${name} pod=${label}`;
  const reason = { reason: 'CrashLoopBackOff', message };
  const failed = withFailure(record, container, {
    reason,
    backOffEndsAt: decision.retryAt,
  });
  return { record: failed, failed: true };
}

function continueWith(record: PodRecord, container: ContainerRecord, { task, sync }: On): Step {
  const image = ensureImage(record, container, { task, sync });
  if (!('imageId' in image)) return image;
  return create(image.record, { ...container, imageId: image.imageId }, { task, sync });
}

function fail(
  record: PodRecord,
  container: ContainerRecord,
  { sync, reason, message }: { sync: Sync; reason: string; message: string },
): Step {
  say(container, sync, { type: 'Warning', reason: 'Failed', message: `Error: ${message}` });
  return { record: withFailure(record, container, { reason: { reason, message } }), failed: true };
}

function create(record: PodRecord, container: ContainerRecord, on: On): Step {
  const { sync } = on;
  const { world, pod } = sync;
  const { spec, instances } = container;
  const made = world.environment(pod, spec, record.ip);
  const violation = 'error' in made ? undefined : nonRootViolation(pod, spec, world.imageUser(spec.image));
  if ('error' in made || violation !== undefined) {
    const message = 'error' in made ? made.error : (violation ?? '');
    return fail(record, container, { sync, reason: 'CreateContainerConfigError', message });
  }
  const { now } = world;
  const run = world.start(spec, { env: made.env, instance: instances, pod, startedAt: now });
  if (run.createError !== undefined) {
    return fail(record, container, { sync, reason: 'CreateContainerError', message: run.createError });
  }
  const containerId = containerIdOf(world, pod, { name: spec.name, instance: instances });
  say(container, sync, { type: 'Normal', reason: 'Created', message: `Container created` });
  const created: ContainerRecord = {
    ...container,
    instances: instances + 1,
    ...(container.latestExit ? { previousExit: container.latestExit } : {}),
  };
  if (run.startError !== undefined)
    return cannotRun(record, created, { sync, error: run.startError, containerId });
  say(container, sync, { type: 'Normal', reason: 'Started', message: `Container started` });
  const hasStartup = spec.startupProbe !== undefined;
  const running: ContainerRecord = {
    ...created,
    started: !hasStartup,
    ready: spec.readinessProbe === undefined,
    instance: {
      kind: 'running',
      startedAt: now,
      containerId,
      run: { ...run, image: spec.image },
      probes: startProbes(spec, { startedAt: now, from: record.probedFrom ?? now }),
    },
  };
  const next = withNews(withContainer(record, running), now + NOTICE_MS);
  const { postStart } = spec.lifecycle ?? {};
  if (!postStart) return { record: started(next, running) };
  const outcome = hookOutcome(postStart, running, { atMs: 0, ip: record.ip });
  const hook = { doneAt: now + outcome.tookMs, outcome };
  return afterHook(next, running, { ...on, task: { ...on.task, hook } });
}

function started(record: PodRecord, container: ContainerRecord): PodRecord {
  return withContainer(record, { ...container, reason: undefined });
}

/** The sync waits for the hook; a container whose hook fails is killed again. */
function afterHook(record: PodRecord, container: ContainerRecord, { task, sync }: On): Step {
  const { hook } = task;
  const { instance, spec } = container;
  if (!hook) return { record };
  const isOver = instance.kind !== 'running';
  if (!isOver && sync.world.now < hook.doneAt) {
    sync.wakeAt(hook.doneAt);
    return { record, blocked: task };
  }
  const error = isOver ? 'container not running' : hook.outcome.error;
  if (error === undefined) return { record: started(record, container) };
  say(container, sync, { type: 'Warning', reason: 'FailedPostStartHook', message: 'PostStartHook failed' });
  const message = hookMessage(container, sync, { error, output: hook.outcome.message ?? '' });
  const failed = withFailure(record, container, { reason: { reason: 'PostStartHookError', message } });
  return {
    record: failed,
    failed: true,
    first: { do: 'kill', names: [spec.name], message: 'FailedPostStartHook' },
  };
}

function hookMessage(
  { spec }: ContainerRecord,
  { pod }: Sync,
  { error, output }: { error: string; output: string },
) {
  const { exec, httpGet } = spec.lifecycle?.postStart ?? {};
  const subject = `for Container "${spec.name}" in Pod "${podLabel(pod)}" failed - error: ${error}`;
  if (exec) {
    return `Exec lifecycle hook ([${(exec.command ?? []).join(' ')}]) ${subject}, message: ${JSON.stringify(output)}`;
  }
  return `HTTP lifecycle hook (${httpGet?.path ?? ''}) ${subject}`;
}

/** containerd's StartError: exit code 128, and a start that never was (1970). */
function cannotRun(
  record: PodRecord,
  container: ContainerRecord,
  { sync, error, containerId }: { sync: Sync; error: string; containerId: string },
): Step {
  const { now } = sync.world;
  const exited: ContainerRecord = {
    ...container,
    started: false,
    ready: false,
    instance: { kind: 'exited' },
    latestExit: {
      exitCode: 128,
      reason: 'StartError',
      message: error,
      startedAt: seconds(0),
      finishedAt: seconds(now),
      containerID: containerId,
    },
  };
  const failed = fail(record, exited, { sync, reason: 'RunContainerError', message: error });
  return { ...failed, record: withNews(failed.record, now + NOTICE_MS) };
}

type Running = Extract<Instance, { kind: 'running' }>;

/** The record of a running container that ended at `exitAt`. */
export function exited(container: ContainerRecord, instance: Running, exitAt: number): ContainerRecord {
  const { run, startedAt, kill, containerId } = instance;
  const isKilled =
    kill !== undefined && kill.exitAt <= exitAt && !(run.exit && startedAt + run.exit.afterMs < kill.exitAt);
  const exitCode = isKilled ? kill.exitCode : (run.exit?.code ?? 0);
  const reason = (!isKilled && run.exit?.reason) || (exitCode === 0 ? 'Completed' : 'Error');
  const message = terminationMessage(container, run, { exitCode, untilMs: exitAt - startedAt });
  return {
    ...container,
    started: false,
    ready: false,
    instance: { kind: 'exited' },
    latestExit: {
      exitCode,
      reason,
      ...(message === '' ? {} : { message }),
      startedAt: seconds(startedAt),
      finishedAt: seconds(exitAt),
      containerID: containerId,
    },
  };
}

const MESSAGE_BYTES = 2048;
const MESSAGE_LINES = 80;

/** With FallbackToLogsOnError the end of the log takes the place of /dev/termination-log, which nothing here writes. */
function terminationMessage(
  { spec }: ContainerRecord,
  run: Running['run'],
  { exitCode, untilMs }: { exitCode: number; untilMs: number },
): string {
  if (spec.terminationMessagePolicy !== 'FallbackToLogsOnError' || exitCode === 0) return '';
  const lines = linesBetween(run, { afterMs: -1, untilMs, limit: MESSAGE_LINES });
  const text = lines.map((line) => `${line.text}\n`).join('');
  return Buffer.from(text).subarray(-MESSAGE_BYTES).toString('utf8');
}

/** 64 hex digits that belong to one instance of one container. */
export function containerIdOf(
  { chance }: Pick<World, 'chance'>,
  pod: Pod,
  { name, instance }: { name: string; instance: number },
): string {
  const part = (index: number) =>
    Math.floor(chance(pod.metadata.uid, name, instance, 'id', index) * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return `containerd://${Array.from({ length: 8 }, (_, index) => part(index)).join('')}`;
}
