import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { Terminated } from '#lib/model/pod.ts';

/** An aggregated event's time may lag: the recorder's spam filter lets one through in 5 min. */
const EVENT_LAG_MS = 5 * 60_000;

/** Whether an event was said of the run that ended, or of its end. `graceMs`: how long the end itself may take. */
export function isOfThisRun({ lastAt }: KubeEvent, exit: Terminated | undefined, graceMs = 0): boolean {
  if (!exit) return true;
  return lastAt >= (exit.startedAt ?? 0) && lastAt <= exit.finishedAt + graceMs + EVENT_LAG_MS;
}
