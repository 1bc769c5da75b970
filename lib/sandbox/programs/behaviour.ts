import type { HttpAnswer } from './program.ts';

export type Language = 'go' | 'node' | 'python' | 'java';

/** An environment variable without which, or with another kind of value, the program gives up at once. */
export type Requirement = { readonly name: string; readonly is: 'set' | 'integer' | 'url' };

/** Something the program connects to. The host comes from `hostEnv` when that is set. */
export type Need = {
  readonly host: string;
  readonly port: number;
  readonly hostEnv?: string;
  readonly portEnv?: string;
  /**
   * What it does while it cannot connect: end at the start, say so for a minute and then end, answer 503 on health, or
   * log and go on.
   */
  readonly without: 'crash' | 'wait' | 'unready' | 'log';
};

/** Grows in a straight line from the start. */
export type Memory = {
  readonly startMiB: number;
  readonly growMiBPerSecond: number;
  /** Without a limit the node runs out when the process has this much. */
  readonly nodeMiB?: number;
  /**
   * Whose memory it is: that of the process itself, of a worker whose death ends it (with its own exit code), or of
   * a worker that is started again as if nothing had happened.
   */
  readonly of?: 'process' | 'worker' | 'replaced-worker';
};

/** How it ends by itself. `message` is the text of the exception, panic or last line. */
export type End = {
  readonly afterMs: number;
  readonly how: 'exception' | 'segfault' | 'heap-limit' | 'done' | 'silent';
  readonly message?: string;
  /** Otherwise that of the language: 1, Go panics 2, segfaults 139, heap limits 134 (Node), 3 (Java). */
  readonly code?: number;
};

/** Answers of one path, between two times after the start. */
export type Answer = {
  readonly path: string;
  readonly answer: HttpAnswer;
  readonly fromMs?: number;
  readonly untilMs?: number;
};

/** A program as data: what a release of an in-house service does. All times are ms after its start. */
export type Behaviour = {
  readonly language: Language;
  /** 8080 otherwise. */
  readonly port?: number;
  /** HTTP on all addresses otherwise. */
  readonly listens?: 'https' | 'tcp' | 'grpc' | 'localhost' | 'nowhere';
  /** 2 s otherwise. */
  readonly startupMs?: number;
  readonly requires?: readonly Requirement[];
  readonly needs?: readonly Need[];
  /** Cannot go on without writing here. */
  readonly writes?: string;
  /** Cannot go on without this file, which a volume has to bring. */
  readonly reads?: string;
  readonly memory?: Memory;
  readonly ends?: End;
  readonly answers?: readonly Answer[];
  /** A polite end after 600 ms otherwise; `never`: SIGTERM is ignored. */
  readonly stops?: { readonly afterMs: number; readonly code: number } | 'never';
};
