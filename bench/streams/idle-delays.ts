import { setTimeout as pause } from 'node:timers/promises';

/** How late a process that does nothing is woken: what the machine itself adds to every figure. */
export async function idleDelays(forMs: number): Promise<number[]> {
  const late: number[] = [];
  for (const end = performance.now() + forMs; performance.now() < end;) {
    const due = performance.now() + 5;
    await pause(5);
    late.push(performance.now() - due);
  }
  return late.toSorted((a, b) => a - b);
}
