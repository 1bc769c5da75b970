import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A part of a benchmark in a process of its own, told by one word at a time. Ends with its parent. */
export class Child {
  readonly #process: ChildProcess;

  constructor(file: string, ...args: readonly (string | number)[]) {
    this.#process = fork(join(import.meta.dirname, file), args.map(String), {
      stdio: 'inherit',
      execArgv: ['--expose-gc'],
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
    const exited = once(this.#process, 'exit');
    this.#process.disconnect();
    await exited;
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
