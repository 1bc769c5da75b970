/** After so long; a process that has nothing else to do may end before. */
export function schedule(delayMs: number, task: () => void): void {
  setTimeout(task, delayMs).unref();
}

/** A clock that never jumps (ms). */
export const elapsed = (): number => performance.now();

/** When what is due in the process has had its turn. */
export const yieldTo = (task: () => void): void => void setImmediate(task);
