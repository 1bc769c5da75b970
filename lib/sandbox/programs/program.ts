/** What a container image does when it is started: a pure function of how it is started. */
export type ProgramInput = {
  readonly image: string;
  readonly tag: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Undefined without a limit. */
  readonly memoryLimitBytes?: number;
  /** 0 for the first run in a pod, 1 after the first restart ... */
  readonly instance: number;
  /** Names the container: equal seeds and instances run equally. */
  readonly seed: string;
};

/** An answer to one HTTP probe: a status code, or nothing within any timeout. */
export type HttpAnswer = number | 'hangs';

export type Listener = {
  readonly port: number;
  /** Listening on 127.0.0.1 only is invisible to the kubelet, which probes the pod's address. */
  readonly localOnly?: boolean;
  readonly fromMs: number;
  /** Absent for a plain TCP service. */
  readonly http?: (path: string, atMs: number) => HttpAnswer;
};

export type Line = { readonly atMs: number; readonly text: string };
export type Recurring = {
  readonly fromMs: number;
  readonly everyMs: number;
  readonly text: (index: number) => string;
};

/** One run. All times are ms after its start. */
export type Run = {
  /** The runtime could not start it at all: the runtime's error. */
  readonly startError?: string;
  /** How it ends by itself; absent = it runs until stopped. */
  readonly exit?: { readonly afterMs: number; readonly code: number; readonly reason?: 'OOMKilled' };
  /** How it answers SIGTERM; absent = it ignores it and is killed at the end of the grace period. */
  readonly stop?: { readonly afterMs: number; readonly code: number; readonly lines?: readonly string[] };
  readonly listeners: readonly Listener[];
  readonly lines: readonly Line[];
  readonly recurring?: readonly Recurring[];
  /** What it takes, where that is part of its story; anything else is that of an ordinary service. */
  readonly usage?: (atMs: number) => { readonly memoryBytes: number; readonly cpuCores?: number };
  /** From here on probes get the same answers for as long as it runs. */
  readonly steadyFromMs: number;
};

export type Program = (input: ProgramInput) => Run;

/** The lines a run has written in (afterMs, untilMs], in order; the newest `limit` of them. */
export function linesBetween(
  run: Run,
  { afterMs, untilMs, limit }: { afterMs: number; untilMs: number; limit: number },
): readonly Line[] {
  const lines = run.lines.filter(({ atMs }) => atMs > afterMs && atMs <= untilMs);
  for (const { fromMs, everyMs, text } of run.recurring ?? []) {
    const last = Math.floor((untilMs - fromMs) / everyMs);
    const first = Math.max(0, Math.floor((afterMs - fromMs) / everyMs) + 1, last - limit + 1);
    for (let index = first; index <= last; index++) {
      lines.push({ atMs: fromMs + index * everyMs, text: text(index) });
    }
  }
  return lines.toSorted((a, b) => a.atMs - b.atMs).slice(-limit);
}
