/**
 * `0/4 nodes are available: 1 ..., 3 ....`: reasons with how many nodes gave them, sorted as text
 * (pkg/scheduler/framework/types.go, FitError).
 */
export function fitError(nodes: number, reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const counted = [...counts].map(([reason, count]) => `${count} ${reason}`).toSorted();
  return `0/${nodes} nodes are available: ${counted.join(', ')}.`;
}

/** What the DynamicResources plugin says after every failed filtering, before preemption has its say (1.35). */
const NO_CLAIMS = 'no new claims to deallocate';

export const withPreemption = (message: string, preemption: string): string =>
  `${message} ${NO_CLAIMS}, preemption: ${preemption}`;

/**
 * One reason for all nodes. The plugins asked afterwards find nothing prepared and answer `not found`; preemption is
 * not tried (seen on 1.35).
 */
export const prefilterError = (nodes: number, reason: string): string =>
  `0/${nodes} nodes are available: ${reason}. not found`;

const NOTE_LIMIT = 1024;

/** An Event's note; the Pod's condition carries the whole message. */
export const truncated = (message: string): string =>
  message.length <= NOTE_LIMIT ? message : `${message.slice(0, NOTE_LIMIT - 4)} ...`;
