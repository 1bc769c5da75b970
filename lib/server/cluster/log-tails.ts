import type { LogTail } from '#lib/contract/incident-view.ts';
import type { ClusterConnection } from '#lib/kube/connection.ts';
import { logTail } from '#lib/kube/logs.ts';
import type { ContainerStatus, Pod } from '#lib/model/pod.ts';
import { WorkQueue } from './work-queue.ts';

const LINES = 60;
const MAX_BYTES = 32 * 1024;
const MAX_LINE = 2_000;
/** Text kept in memory (characters); the oldest tail leaves first. A thousand incidents have two thousand of them. */
const MAX_CHARACTERS = 16 * 1024 * 1024;
/** Containers whose newest crash is remembered. */
const MAX_CONTAINERS = 10_000;
/** What a tail costs beside its text. */
const TAIL_CHARACTERS = 500;
/** A log that could not be read, or that still grows, is asked for again after this long (ms). */
const REFRESH_MS = 30_000;

/** A kubelet that accepts and then says nothing must not hold a place in the queue for ever. */
const READ_TIMEOUT_MS = 15_000;
/** Finish times have whole seconds. */
const CLOCK_GRAIN_MS = 2_000;

type Tail = { readonly tail: LogTail; readonly readAt: number; readonly final: boolean };

export type LogTailsOptions = {
  readonly connection: Pick<ClusterConnection, 'request'>;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** A tail arrived: what was said about the pod may change. */
  readonly onTail: (pod: Pod) => void;
};

/**
 * The last lines of crashed instances, read once per instance, and of running containers that are not ready. Reading
 * is asked for by `want` and answered later through `onTail`: deciding never waits.
 */
export class LogTails {
  readonly #options: LogTailsOptions;
  readonly #tails = new Map<string, Tail>();
  #characters = 0;
  /** By container: the newest crash that was read. */
  readonly #lastKeys = new Map<string, string>();
  readonly #pending = new Set<string>();
  readonly #queue = new WorkQueue(4);

  constructor(options: LogTailsOptions) {
    this.#options = options;
  }

  get(pod: Pod, status: ContainerStatus): LogTail | undefined {
    const instance = instanceOf(pod, status);
    if (!instance) return neverStarted(pod, status);
    const read = this.#tails.get(instance.key) ?? this.#lastCrash(instance);
    return read?.tail;
  }

  /** Asks for the tail of the instance that matters now, unless it is known. */
  want(pod: Pod, status: ContainerStatus): void {
    const instance = instanceOf(pod, status);
    if (!instance || this.#pending.has(instance.key)) return;
    const known = this.#tails.get(instance.key);
    if (known && (known.final || this.#options.now() - known.readAt < REFRESH_MS)) return;
    this.#pending.add(instance.key);
    this.#queue.add(() => this.#read(pod, status, instance));
  }

  async #read(pod: Pod, status: ContainerStatus, instance: Instance): Promise<void> {
    const { connection, signal, now, onTail } = this.#options;
    const base = {
      pod: pod.meta.name,
      container: status.name,
      previous: instance.previous,
      ...instance.facts,
    };
    try {
      const answer = await logTail(
        connection,
        {
          namespace: pod.meta.namespace,
          pod: pod.meta.name,
          container: status.name,
          previous: instance.previous,
          timestamps: true,
          lines: LINES,
          maxBytes: MAX_BYTES,
        },
        AbortSignal.any([signal, AbortSignal.timeout(READ_TIMEOUT_MS)]),
      );
      const lines = answer.kind === 'gap' ? [] : answer.lines.map(toLine);
      const gap = answer.kind === 'gap' ? answer.message : replacedBy(lines, instance);
      const tail: LogTail = gap === undefined ? { ...base, lines } : { ...base, lines: [], gap };
      this.#keep(instance, { tail, readAt: now(), final: instance.ended && gap === undefined });
    } catch (error) {
      const gap = error instanceof Error ? error.message : 'the log could not be read';
      this.#keep(instance, { tail: { ...base, lines: [], gap }, readAt: now(), final: false });
    } finally {
      this.#pending.delete(instance.key);
    }
    if (!signal.aborted) onTail(pod);
  }

  /** Until the newest crash is read, the words of the one before stand, named as such: a cause must not flap. */
  #lastCrash({ ended, container }: Instance): Tail | undefined {
    return ended ? this.#tails.get(this.#lastKeys.get(container) ?? '') : undefined;
  }

  #keep({ key, container }: Instance, tail: Tail): void {
    this.#drop(key);
    this.#tails.set(key, tail);
    this.#characters += sizeOf(tail);
    if (tail.final) this.#lastKeys.delete(container);
    if (tail.final) this.#lastKeys.set(container, key);
    const forgotten = this.#lastKeys.keys().next().value;
    if (this.#lastKeys.size > MAX_CONTAINERS && forgotten !== undefined) this.#lastKeys.delete(forgotten);
    for (const oldest of this.#tails.keys()) {
      if (this.#characters <= MAX_CHARACTERS) break;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    const tail = this.#tails.get(key);
    if (tail) this.#characters -= sizeOf(tail);
    this.#tails.delete(key);
  }
}

const sizeOf = ({ tail }: Tail): number =>
  tail.lines.reduce((sum, { text }) => sum + text.length, TAIL_CHARACTERS);

type Instance = {
  readonly key: string;
  /** The container of the pod, whichever instance. */
  readonly container: string;
  /** `?previous=true`: the instance before the one the kubelet reports now. */
  readonly previous: boolean;
  readonly ended: boolean;
  readonly facts: Pick<LogTail, 'crash' | 'exitCode' | 'finishedAt'>;
};

/** The instance whose last words matter: the newest that ended, else the one that runs. */
function instanceOf(pod: Pod, status: ContainerStatus): Instance | undefined {
  const { state, lastTermination, restartCount } = status;
  const base = `${pod.meta.uid}/${status.name}`;
  if (state.kind === 'terminated') {
    const facts = { crash: restartCount + 1, exitCode: state.exitCode, finishedAt: state.finishedAt };
    return {
      key: `${base}/${state.containerId ?? state.finishedAt}`,
      container: base,
      previous: false,
      ended: true,
      facts,
    };
  }
  // Also while it runs and is ready: between two crashes the reason is what the last one said, not what is said now.
  if (lastTermination) {
    const { exitCode, finishedAt, containerId } = lastTermination;
    // The kubelet counts a restart when it starts the container, not when it decides to wait for that.
    const crash = state.kind === 'running' ? restartCount : restartCount + 1;
    return {
      key: `${base}/${containerId ?? finishedAt}`,
      container: base,
      previous: true,
      ended: true,
      facts: { crash, exitCode, finishedAt },
    };
  }
  if (state.kind === 'running') {
    return {
      key: `${base}/${status.containerId ?? state.startedAt}`,
      container: base,
      previous: false,
      ended: false,
      facts: {},
    };
  }
  return undefined;
}

/**
 * The kubelet answers with what is current or previous when it is asked: by then the container may have been started
 * again, and these are the words of another instance.
 */
function replacedBy(lines: LogTail['lines'], { ended, facts }: Instance): string | undefined {
  const lastAt = lines.at(-1)?.at;
  const isLater =
    ended &&
    lastAt !== undefined &&
    facts.finishedAt !== undefined &&
    lastAt > facts.finishedAt + CLOCK_GRAIN_MS;
  return isLater ? 'A newer instance has taken the place of this log.' : undefined;
}

function neverStarted(pod: Pod, status: ContainerStatus): LogTail {
  return {
    pod: pod.meta.name,
    container: status.name,
    previous: false,
    lines: [],
    gap: 'The container never started, so there is no log.',
  };
}

/** `2026-11-21T03:11:20.123456789Z text` as the API server prints it with timestamps=true. */
const STAMPED = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?/;

export function toLine(line: string): LogTail['lines'][number] {
  const stamp = STAMPED.exec(line);
  const at = Date.parse(stamp?.[1] ?? '');
  const text = (stamp ? line.slice(stamp[0].length) : line).slice(0, MAX_LINE);
  return Number.isNaN(at) ? { text } : { at, text };
}
