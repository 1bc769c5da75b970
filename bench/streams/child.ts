import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

export type Program = { readonly path: string; readonly flags?: readonly string[] };

/** A part of a benchmark in a process of its own, told by one word at a time. Ends with its parent. */
export class Child {
  readonly #process: ChildProcess;

  /** @param file beside this one, or a path; with flags of Node's where it needs some. */
  constructor(file: string | Program, ...args: readonly (string | number)[]) {
    const { path, flags = [] } = typeof file === 'string' ? { path: file } : file;
    this.#process = fork(resolve(import.meta.dirname, path), args.map(String), {
      stdio: 'inherit',
      execArgv: ['--expose-gc', ...flags],
    });
  }

  /** The next message it sends. */
  async heard<T>(): Promise<T> {
    const heard = new AbortController();
    const { signal } = heard;
    try {
      const [message] = (await Promise.race([
        once(this.#process, 'message', { signal }),
        once(this.#process, 'exit', { signal }).then(([code]) => {
          throw new Error(`a part of the benchmark ended with ${code}`);
        }),
      ])) as [T];
      return message;
    } finally {
      heard.abort();
    }
  }

  tell(command: string): void {
    this.#process.send(command);
  }

  ask<T>(command: string): Promise<T> {
    const answer = this.heard<T>();
    this.tell(command);
    return answer;
  }

  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.disconnect();
    await exited;
  }
}
