import type { Condition, Node } from '#lib/sandbox/client/objects.ts';
import { same } from '#lib/sandbox/client/same.ts';
import { epochMs, seconds } from '#lib/sandbox/client/time.ts';
import { findCondition } from '#lib/sandbox/controllers/conditions.ts';
import type { Pressure } from './node-wishes.ts';

type Said = { readonly reason: string; readonly message: string; readonly event: string };

/** pkg/kubelet/nodestatus/setters.go */
const WORDS: Readonly<
  Record<string, { readonly pressure?: Pressure; readonly True: Said; readonly False: Said }>
> = {
  MemoryPressure: {
    pressure: 'memory',
    True: {
      reason: 'KubeletHasInsufficientMemory',
      message: 'kubelet has insufficient memory available',
      event: 'NodeHasInsufficientMemory',
    },
    False: {
      reason: 'KubeletHasSufficientMemory',
      message: 'kubelet has sufficient memory available',
      event: 'NodeHasSufficientMemory',
    },
  },
  DiskPressure: {
    pressure: 'disk',
    True: {
      reason: 'KubeletHasDiskPressure',
      message: 'kubelet has disk pressure',
      event: 'NodeHasDiskPressure',
    },
    False: {
      reason: 'KubeletHasNoDiskPressure',
      message: 'kubelet has no disk pressure',
      event: 'NodeHasNoDiskPressure',
    },
  },
  PIDPressure: {
    pressure: 'pid',
    True: {
      reason: 'KubeletHasInsufficientPID',
      message: 'kubelet has insufficient PID available',
      event: 'NodeHasInsufficientPID',
    },
    False: {
      reason: 'KubeletHasSufficientPID',
      message: 'kubelet has sufficient PID available',
      event: 'NodeHasSufficientPID',
    },
  },
  Ready: {
    True: { reason: 'KubeletReady', message: 'kubelet is posting ready status', event: 'NodeReady' },
    False: { reason: 'KubeletNotReady', message: 'container runtime is down', event: 'NodeNotReady' },
  },
};

/** An unchanged status is reported this seldom; the Lease is the heartbeat (nodeStatusReportFrequency). */
export const STATUS_REPORT_MS = 300_000;

export type NodeReport = {
  /** Undefined while there is nothing to tell. */
  readonly conditions?: readonly Condition[];
  /** `NodeHasDiskPressure` and the like: reason; the message is `Node x status is now: <reason>`. */
  readonly events: readonly string[];
};

/** What a running kubelet says of its node. */
export function nodeReport(node: Node, pressures: readonly Pressure[], now: number): NodeReport {
  const current = node.status?.conditions ?? [];
  const at = seconds(now);
  const events: string[] = [];
  const own = Object.entries(WORDS).map(([type, words]): Condition => {
    const before = findCondition(current, type);
    const status = !words.pressure || pressures.includes(words.pressure) ? 'True' : 'False';
    const { reason, message, event } = words[status];
    const isSame = before?.status === status;
    if (!isSame) events.push(event);
    const lastTransitionTime = isSame ? before.lastTransitionTime : at;
    return { ...before, type, status, reason, message, lastHeartbeatTime: at, lastTransitionTime };
  });
  const others = current.filter(({ type }) => !(type in WORDS));
  const quiet = (conditions: readonly Condition[]): readonly object[] =>
    conditions.map(({ lastHeartbeatTime: _always, ...condition }) => condition);
  const known = Object.keys(WORDS).flatMap((type) => findCondition(current, type) ?? []);
  const reportedAt = epochMs(findCondition(current, 'Ready')?.lastHeartbeatTime);
  if (same(quiet(own), quiet(known)) && now - reportedAt < STATUS_REPORT_MS) return { events };
  return { conditions: [...others, ...own], events };
}
