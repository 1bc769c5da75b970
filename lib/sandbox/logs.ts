import type { LogLine, LogSource, LogTarget } from './apiserver/log-source.ts';
import type { Clock } from './clock.ts';
import { linesBetween, type Run } from './programs/program.ts';

/** One run of a container, as far as its log is concerned. */
type Instance = {
  readonly containerId: string;
  readonly run: Run;
  readonly startedAt: number;
  termAt?: number;
  endedAt?: number;
};

const LINES_KEPT = 5000;
const FOLLOW_EVERY_MS = 250;

/**
 * The log files of all nodes. Lines are a pure function of the run and the time, so nothing is stored but which
 * instances exist: exactly the current and the previous one of each container, as a kubelet keeps them.
 */
export class ContainerLogs implements LogSource {
  readonly #clock: Clock;
  /** By pod uid, then container: newest first. */
  readonly #instances = new Map<string, Map<string, readonly Instance[]>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  started(podUid: string, container: string, instance: Omit<Instance, 'endedAt' | 'termAt'>): void {
    const containers = this.#instances.get(podUid) ?? new Map<string, readonly Instance[]>();
    this.#instances.set(podUid, containers);
    const known = containers.get(container) ?? [];
    if (known.some(({ containerId }) => containerId === instance.containerId)) return;
    containers.set(container, [{ ...instance }, ...known].slice(0, 2));
  }

  /** SIGTERM was sent, or the instance ended; both as epoch ms. */
  marked(
    podUid: string,
    container: string,
    mark: { containerId: string; termAt?: number; endedAt?: number },
  ): void {
    const instance = this.#find({ podUid, container, containerId: mark.containerId });
    if (!instance) return;
    instance.termAt ??= mark.termAt;
    instance.endedAt ??= mark.endedAt;
  }

  /** The instance when it runs now; `startedAt` is epoch ms. */
  running(
    podUid: string,
    container: string,
    containerId: string,
  ): Pick<Instance, 'run' | 'startedAt'> | undefined {
    const instance = this.#find({ podUid, container, containerId });
    return instance?.endedAt === undefined ? instance : undefined;
  }

  forget(podUid: string): void {
    this.#instances.delete(podUid);
  }

  lines(target: LogTarget): readonly LogLine[] | undefined {
    const instance = this.#find(target);
    return instance && this.#written(instance, -Infinity);
  }

  follow(target: LogTarget, onLine: (line: LogLine) => void, onEnd: () => void): () => void {
    let seen = this.#clock.now();
    let cancel = (): void => undefined;
    const look = (): void => {
      const instance = this.#find(target);
      for (const line of instance ? this.#written(instance, seen) : []) onLine(line);
      seen = this.#clock.now();
      if (!instance || instance.endedAt !== undefined) onEnd();
      else cancel = this.#clock.after(FOLLOW_EVERY_MS, look);
    };
    cancel = this.#clock.after(0, look);
    return () => cancel();
  }

  #find({ podUid, container, containerId }: Pick<LogTarget, 'podUid' | 'container' | 'containerId'>) {
    const known = this.#instances.get(podUid)?.get(container);
    return known?.find((instance) => instance.containerId === containerId);
  }

  /** Lines written after `afterAt` (epoch ms) and up to now or its end. */
  #written({ run, startedAt, termAt, endedAt }: Instance, afterAt: number): readonly LogLine[] {
    const untilAt = Math.min(this.#clock.now(), endedAt ?? Infinity);
    const quietAt = Math.min(untilAt, termAt ?? Infinity);
    const own = linesBetween(run, {
      afterMs: Math.max(-1, afterAt - startedAt),
      untilMs: quietAt - startedAt,
      limit: LINES_KEPT,
    });
    const farewell =
      termAt !== undefined && termAt <= untilAt && termAt > afterAt ? (run.stop?.lines ?? []) : [];
    return [
      ...own.map(({ atMs, text }) => ({ atMs: startedAt + atMs, text })),
      ...farewell.map((text) => ({ atMs: termAt ?? untilAt, text })),
    ];
  }
}
