import type { Pod } from '#lib/sandbox/client/objects.ts';
import { podActions } from './actions.ts';
import { containerStatus } from './container-status.ts';
import { beginKill, endOf, isKilled } from './kill.ts';
import { phaseOf } from './phase.ts';
import { asleep, awake } from './pod-worker.ts';
import {
  containersOf,
  type ContainerRecord,
  type KubeletEvent,
  type PodRecord,
  type Task,
  type World,
} from './record.ts';
import { exited, startContainer } from './start-container.ts';
import { containerOf, NOTICE_MS, withContainer, withNews, type Sync } from './sync.ts';
import { findDead, foundDeadAt, probeContainers, triggerReadiness } from './sync-probes.ts';
import { failedMount } from './volumes.ts';

export type PodSync = {
  readonly record: PodRecord;
  readonly events: readonly KubeletEvent[];
  /** Images that came to the node, with the credential that opened their registry. */
  readonly pulled: readonly { readonly image: string; readonly credential?: string }[];
  /** When the pulls this pass has begun are done; 0 without any. */
  readonly pullsUntil: number;
  /** Epoch ms; Infinity when only a change of the pod can move it. */
  readonly wakeAt: number;
  /** The pod is being deleted and nothing of it runs any more. */
  readonly finished: boolean;
};

/**
 * Brings one pod up to `world.now`: what runs, what is probed, and what its worker does. Pure, so that every
 * transition can be tested on a table.
 *
 * The worker works as upstream's: a sync begins by making a status of what the runtime shows and of what starts last
 * failed with, then does what is to be done, one thing after the other. What it brings about is shown by the next sync.
 */
export function syncPod(pod: Pod, given: PodRecord, world: World): PodSync {
  const events: KubeletEvent[] = [];
  const pulled: { image: string; credential?: string }[] = [];
  let wakeAt = Infinity;
  let pullsUntil = 0;
  const sync: Sync = {
    pod,
    world,
    emit: (event) => events.push(event),
    wakeAt: (at) => (wakeAt = Math.min(wakeAt, at)),
    pullUntil: (at) => (pullsUntil = Math.max(pullsUntil, at)),
    pulled: (image, credential) =>
      pulled.push({ image, ...(credential === undefined ? {} : { credential }) }),
  };
  let record = noticed(given, sync);
  for (let turns = 0; turns < 100; turns++) {
    wakeAt = Infinity;
    const next = work(probed(ended(record, sync), sync), sync);
    if (next === record) break;
    record = next;
  }
  const isDeleted = pod.metadata.deletionTimestamp !== undefined;
  const finished = isDeleted && record.worker.stage === 'terminated';
  return { record, events, pulled, pullsUntil, wakeAt, finished };
}

/** A changed spec or a deletion wakes the worker. */
function noticed(record: PodRecord, { pod, world }: Sync): PodRecord {
  const { generation = 0, deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata;
  const seen = [generation, deletionTimestamp, deletionGracePeriodSeconds].join('|');
  if (seen === record.seen) return record;
  const known = new Map(record.containers.map((each) => [each.spec.name, each]));
  const containers = containersOf(pod).map((fresh) => {
    const before = known.get(fresh.spec.name);
    return before ? { ...before, spec: fresh.spec } : fresh;
  });
  const next = { ...record, seen, containers };
  return record.seen === '' ? next : withNews(next, world.now);
}

/** Containers whose time is over. */
function ended(given: PodRecord, sync: Sync): PodRecord {
  let record = given;
  for (const { instance, spec } of given.containers) {
    if (instance.kind !== 'running') continue;
    const exitAt = endOf(instance);
    if (sync.world.now < exitAt) {
      if (exitAt < Infinity) sync.wakeAt(exitAt);
      continue;
    }
    const container = containerOf(record, spec.name);
    if (!container) continue;
    tellOfSystemOom(container, sync);
    const at = foundDeadAt(container, instance, { from: record.probedFrom ?? exitAt, exitAt });
    const dead = { ...exited(container, instance, exitAt), ...(at < Infinity ? { foundDeadAt: at } : {}) };
    record = withNews(withContainer(record, dead), exitAt + NOTICE_MS);
  }
  return record;
}

/** The kernel had no memory left on the node and said whom it chose (oom/oom_watcher_linux.go). */
function tellOfSystemOom({ instance, spec }: ContainerRecord, { pod, world, emit }: Sync): void {
  const oom = instance.kind === 'running' ? instance.run.systemOom : undefined;
  if (!oom || instance.kind !== 'running' || world.now < instance.startedAt + oom.afterMs) return;
  const pid =
    2000 + Math.floor(30_000 * world.chance(pod.metadata.uid, spec.name, 'pid', instance.startedAt));
  const message = `System OOM encountered, victim process: ${oom.process}, pid: ${pid}`;
  emit({ type: 'Warning', reason: 'SystemOOM', message, isOfNode: true });
}

function probed(record: PodRecord, sync: Sync): PodRecord {
  const { stage } = record.worker;
  if (stage === 'terminated') return record;
  if (stage === 'terminating') return probeContainers(record, sync, 'Readiness');
  return probeContainers(findDead(record, sync), sync);
}

function work(record: PodRecord, sync: Sync): PodRecord {
  const { worker } = record;
  const { pod, world } = sync;
  if (worker.stage === 'terminated') return record;
  if (worker.tasks) {
    const isMounting = worker.tasks[0]?.do === 'mount';
    const isOver = pod.metadata.deletionTimestamp !== undefined || record.eviction !== undefined;
    // A deletion ends the wait for volumes; everything else is seen through.
    return isMounting && isOver && worker.stage === 'syncing'
      ? begin(record, sync)
      : perform(record, worker.tasks, sync);
  }
  const { queuedAt, newsAt, againAt = Infinity } = worker;
  const dueAt = Math.min(queuedAt, newsAt, againAt, deadlineAt(record, pod));
  if (world.now >= dueAt) return begin(record, sync);
  if (dueAt < Infinity) sync.wakeAt(dueAt);
  return record;
}

function deadlineAt({ acceptedAt, eviction, worker }: PodRecord, { spec }: Pod): number {
  if (spec.activeDeadlineSeconds === undefined || eviction || worker.stage !== 'syncing') return Infinity;
  return Math.floor(acceptedAt / 1000) * 1000 + spec.activeDeadlineSeconds * 1000;
}

const DEADLINE = 'Pod was active on the node longer than the specified deadline';

function begin(given: PodRecord, sync: Sync): PodRecord {
  const { pod, world, emit } = sync;
  let record = withStatus(awake(given, world.now), sync);
  if (record.worker.stage === 'terminating') return terminated(record, sync);
  if (world.now >= deadlineAt(record, pod)) {
    emit({ type: 'Normal', reason: 'DeadlineExceeded', message: DEADLINE });
    record = { ...record, eviction: { reason: 'DeadlineExceeded', message: DEADLINE } };
  }
  const phase = phaseOf(pod, record);
  if (pod.metadata.deletionTimestamp !== undefined || phase === 'Succeeded' || phase === 'Failed') {
    const graceMs = record.eviction?.graceMs;
    const tasks: readonly Task[] = [
      { do: 'kill', names: [], ordered: true, ...(graceMs === undefined ? {} : { graceMs }) },
    ];
    return { ...record, worker: { ...record.worker, stage: 'terminating', tasks } };
  }
  const mount: readonly Task[] = record.hasSandbox ? [] : [{ do: 'mount', nextTryAt: world.now, tries: 0 }];
  const tasks = [...mount, { do: 'secrets' } as const, ...podActions(record, pod)];
  return { ...record, worker: { ...record.worker, tasks } };
}

/** The containers as the runtime shows them now become what the API shows. */
function withStatus(record: PodRecord, { pod, world }: Sync): PodRecord {
  const containers = record.containers.map((container) =>
    triggerReadiness({ ...container, shown: containerStatus(container, pod) }, world.now),
  );
  return { ...record, containers, shownSandbox: record.hasSandbox };
}

/** All containers have ended: the sandbox goes, and the last status says so. */
function terminated(record: PodRecord, sync: Sync): PodRecord {
  const worker = { stage: 'terminated', queuedAt: Infinity, newsAt: Infinity } as const;
  return withStatus({ ...record, hasSandbox: false, worker }, sync);
}

/** Goes on with the sync under way. */
function perform(record: PodRecord, tasks: readonly Task[], sync: Sync): PodRecord {
  const [task, ...rest] = tasks;
  if (!task) return finish(record, sync);
  const done = (next: PodRecord, left: readonly Task[] = rest): PodRecord => ({
    ...next,
    worker: { ...next.worker, tasks: left },
  });
  switch (task.do) {
    case 'mount':
      return mount(record, task, sync) ?? done({ ...record, probedFrom: sync.world.now });
    case 'secrets':
      warnOfMissingSecrets(sync);
      return done(record);
    case 'sandbox':
      return (
        sandbox(record, task, sync) ??
        done(withNews({ ...record, hasSandbox: true, isSandboxNews: true }, sync.world.now + NOTICE_MS))
      );
    case 'kill': {
      if (!task.begun) return done(beginKill(record, task, sync), [{ ...task, begun: true }, ...rest]);
      return isKilled(record, task, sync) ? done(record) : record;
    }
    case 'start': {
      const container = containerOf(record, task.name);
      if (!container) return done(record);
      const step = startContainer(record, container, { task, sync });
      if (step.blocked) return step.blocked === task ? record : done(step.record, [step.blocked, ...rest]);
      // An init container that does not start keeps all after it from starting.
      const left = step.failed && container.role === 'init' ? [] : rest;
      return done(step.record, step.first ? [step.first, ...left] : left);
    }
  }
}

const RETRY_FIRST_MS = 500;
const RETRY_LONGEST_MS = 122_000;
/** A volume that only takes its time is looked at this often. */
const LOOK_EVERY_MS = 2000;

/** The record while volumes are held; undefined when all are mounted (volumemanager, goroutinemap/exponentialbackoff). */
function mount(record: PodRecord, task: Extract<Task, { do: 'mount' }>, sync: Sync): PodRecord | undefined {
  const { world, pod, emit } = sync;
  if (world.now < task.nextTryAt) {
    sync.wakeAt(task.nextTryAt);
    return record;
  }
  const held = world.heldVolumes(pod);
  if (held.length === 0) return undefined;
  const failing = held.filter(({ error }) => error !== undefined);
  for (const hold of failing) emit({ type: 'Warning', reason: 'FailedMount', message: failedMount(hold) });
  const waitMs =
    failing.length === 0 ? LOOK_EVERY_MS : Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** task.tries);
  const next = { ...task, nextTryAt: world.now + waitMs, tries: failing.length === 0 ? 0 : task.tries + 1 };
  return { ...record, worker: { ...record.worker, tasks: [next, ...(record.worker.tasks?.slice(1) ?? [])] } };
}

function sandbox(
  record: PodRecord,
  task: Extract<Task, { do: 'sandbox' }>,
  sync: Sync,
): PodRecord | undefined {
  const { now, chance } = sync.world;
  if (task.doneAt === undefined) {
    const doneAt = now + 400 + Math.floor(800 * chance(sync.pod.metadata.uid, 'sandbox'));
    const tasks = [{ ...task, doneAt }, ...(record.worker.tasks?.slice(1) ?? [])];
    return { ...record, worker: { ...record.worker, tasks } };
  }
  if (now >= task.doneAt) return undefined;
  sync.wakeAt(task.doneAt);
  return record;
}

/** Said at every sync: the exact proof of a Secret that is named but missing. */
function warnOfMissingSecrets({ world, pod, emit }: Sync): void {
  const missing = world.missingPullSecrets(pod);
  if (missing.length === 0) return;
  const message = `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`;
  emit({ type: 'Warning', reason: 'FailedToRetrieveImagePullSecret', message });
}

/** The sync is done. */
function finish(record: PodRecord, sync: Sync): PodRecord {
  const { pod, world } = sync;
  if (record.worker.stage !== 'terminating') return asleep(record, pod, world);
  const next = { stage: 'terminating', queuedAt: world.now + NOTICE_MS, newsAt: Infinity } as const;
  return withStatus({ ...record, hasSandbox: false, worker: next }, sync);
}
