/** What a container image does when it is started: a pure function of how it is started. */
export type ProgramInput = {
  readonly image: string;
  readonly tag: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Undefined without a limit. */
  readonly memoryLimitBytes?: number;
  /** Whether the process may write there; absent: everywhere. */
  readonly canWrite?: (path: string) => boolean;
  /** The root file system may not be written to. */
  readonly isReadOnly?: boolean;
  /** Whether something is mounted at or above this path. */
  readonly isMounted?: (path: string) => boolean;
  /** How a connection to `host:port` goes, `atMs` after the start; absent: it is accepted. */
  readonly connect?: Connect;
  /** 0 for the first run in a pod, 1 after the first restart ... */
  readonly instance: number;
  /** Names the container: equal seeds and instances run equally. */
  readonly seed: string;
};

/** How a connection attempt ends: `refused` has an address but nobody answers there. */
export type Connection =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'no-such-host' }
  | { readonly kind: 'refused' | 'times-out'; readonly address: string };
export type Connect = (host: string, port: number, atMs: number) => Connection;

/** An answer to one HTTP probe: a status code, a closed connection, or nothing within any timeout. */
export type HttpAnswer = number | 'hangs' | 'closes';
export type GrpcAnswer = 'SERVING' | 'NOT_SERVING' | 'UNIMPLEMENTED' | 'hangs';

/** What a command run inside the container says; `startError` when it cannot be started there. */
export type ExecAnswer =
  | { readonly code: number; readonly output?: string; readonly tookMs?: number }
  | { readonly startError: string };

/** How a lifecycle hook went: `error` when it failed, `message` what its command wrote. */
export type HookOutcome = { readonly tookMs: number; readonly error?: string; readonly message?: string };

export type Listener = {
  readonly port: number;
  /** Listening on 127.0.0.1 only is invisible to the kubelet, which probes the pod's address. */
  readonly localOnly?: boolean;
  readonly fromMs: number;
  readonly tls?: true;
  /** Absent for a plain TCP service. */
  readonly http?: (path: string, atMs: number) => HttpAnswer;
  readonly grpc?: (service: string, atMs: number) => GrpcAnswer;
};

export type Line = { readonly atMs: number; readonly text: string };
export type Recurring = {
  readonly fromMs: number;
  readonly everyMs: number;
  /** Undefined: nothing is written this time. */
  readonly text: (index: number) => string | undefined;
};

/** One run. All times are ms after its start. Who needs a world that changes says so with `steadyFromMs: Infinity`. */
export type Run = {
  /** The runtime could not start it at all: the runtime's error. */
  readonly startError?: string;
  /** The runtime could not create it: the runtime's error. */
  readonly createError?: string;
  /** The image it runs, as the container names it; set by the kubelet. */
  readonly image?: string;
  /** How it ends by itself; absent = it runs until stopped. */
  readonly exit?: { readonly afterMs: number; readonly code: number; readonly reason?: 'OOMKilled' };
  /** The kernel ran out of memory on the node and chose this process. */
  readonly systemOom?: { readonly afterMs: number; readonly process: string };
  /** Own commands (`redis-cli ping`); undefined for those it does not know. */
  readonly exec?: (command: readonly string[], atMs: number) => ExecAnswer | undefined;
  /** Files a command finds, by path, from when on (ms after the start). */
  readonly files?: Readonly<Record<string, { readonly fromMs: number; readonly untilMs?: number }>>;
  readonly isDistroless?: true;
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
      const written = text(index);
      if (written !== undefined) lines.push({ atMs: fromMs + index * everyMs, text: written });
    }
  }
  return lines.toSorted((a, b) => a.atMs - b.atMs).slice(-limit);
}
