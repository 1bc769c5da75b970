import { clip } from './wording.ts';

export type SchedulingReason = { readonly count: number; readonly text: string };
export type SchedulingMessage = {
  readonly nodes: number;
  /** In the scheduler's order. The counts may add up to more than `nodes`. */
  readonly reasons: readonly SchedulingReason[];
};

/**
 * `0/5 nodes are available: 1 node(s) had untolerated taint {key: value}, 4 Insufficient memory. preemption: ...`
 * Commas inside braces belong to the taint. What comes after the list are the words of the plugins that looked for a way
 * to make room, preemption last: 1.35 begins with `no new claims to deallocate, preemption:`. `undefined` for any other text.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/scheduler/framework/types.go (FitError)
 */
export function parseSchedulingMessage(message: string): SchedulingMessage | undefined {
  const match = COUNTED.exec(clip(message));
  if (!match) return parseOldMessage(clip(message)) ?? parseOtherScheduler(clip(message));
  const nodes = Number(match[1]);
  // The reasons are the first sentence. What follows is what the plugins after them had to say: since 1.35
  // `no new claims to deallocate, preemption: ...`, or `not found`.
  const list = (match[2] ?? '').split(/\.(?:\s|$)(?![^{]*\})|^preemption: /)[0] ?? '';
  const parts = list.split(/, (?=\d+ )(?![^{]*\})/);
  const reasons = parts.map((part): SchedulingReason => {
    const counted = /^(\d+) ([\s\S]+)$/.exec(part);
    // A PreFilter failure speaks for all nodes and carries no count.
    return counted ? { count: Number(counted[1]), text: counted[2] ?? '' } : { count: nodes, text: part };
  });
  return { nodes, reasons: reasons.filter(({ text }) => text !== '') };
}

/** Volcano says "unavailable", and quotes such a sum as the first reason of a gang that cannot start. */
const COUNTED =
  /(?:^|Origin reason is [^\n]{0,300}?: )\d{1,6}\/(\d{1,6}) nodes are (?:un)?available: ([\s\S]*)$/;

/** Until 1.9 a predicate that could not be evaluated at all was quoted once per node, the whole in brackets. */
const PREDICATE_ERROR = /SchedulerPredicates failed due to ([^\n]{1,600}?), which is unexpected\./g;

const OLD = [
  /^No nodes are available that match all of the (?:following )?predicates:{1,2} ([\s\S]*)$/,
  /^pod failed to fit in any node\s+fit failure summary on nodes ?: ([\s\S]*)$/,
];

/** Schedulers before 1.10 wrote `predicate (count), predicate (count)`. */
function parseOldMessage(message: string): SchedulingMessage | undefined {
  // Autoscalers and old events quote a single reason without the sum before it.
  const single = /^(\d{1,6}) (node(?:\(s\)|s)? (?:had|have|were|didn't) [\s\S]{1,2000})$/.exec(message);
  if (single) {
    const count = Number(single[1]);
    return { nodes: count, reasons: [{ count, text: (single[2] ?? '').replace(/\.\s*$/, '') }] };
  }
  // 1.8 to 1.18 said some reasons without any sum: `pod has unbound PersistentVolumeClaims (repeated 2 times)`.
  const bare =
    /^(pod has unbound [\w ]{1,60}|persistentvolumeclaim "[^"]{1,253}" [\w ]{1,60})(?: \(repeated \d{1,6} times\))?\.?$/.exec(
      message,
    );
  if (bare) return { nodes: 1, reasons: [{ count: 1, text: bare[1] ?? '' }] };
  const failures = [...message.matchAll(PREDICATE_ERROR)].map(([, text = '']) => text);
  if (failures.length > 0) {
    const counted = Map.groupBy(failures, (text) => text);
    return {
      nodes: failures.length,
      reasons: [...counted].map(([text, same]) => ({ count: same.length, text })),
    };
  }
  const list = OLD.map((pattern) => pattern.exec(message)?.[1]).find((found) => found !== undefined);
  if (list === undefined) return undefined;
  const reasons = [...list.matchAll(/([\w ./-]{1,200}) \((\d{1,6})\)/g)].map(
    ([, text = '', count]): SchedulingReason => ({ count: Number(count), text: text.trim() }),
  );
  return { nodes: Math.max(0, ...reasons.map(({ count }) => count)), reasons };
}

/**
 * What is said of the pod as a whole, without nodes: an error of a plugin of the default scheduler (the condition's reason is
 * then `SchedulerError`), Fargate's, a gang that is not complete. They are read as one reason that holds for every node.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/scheduler/framework/runtime/framework.go
 */
const OF_THE_POD = [
  /^((?:error while )?running [^\n]{1,4000})$/,
  /^((?:could not find|error getting) [^\n]{1,2000})$/,
  /^(?:\[[A-Z_]{1,60}\] )?Pod not supported on Fargate: ([\s\S]{1,4000})$/,
  /^(\d{1,6}\/\d{1,6} tasks in gang unschedulable: [\s\S]{1,2000}|pod group is not ready, [\s\S]{1,2000})$/,
  // Volcano's pod that would fit, were the gang complete; the coscheduling plugin's that is turned away with its gang.
  /^(Pod \S{1,300} can possibly be assigned to [\s\S]{1,2000})$/,
  /^(optimistic rejection in PostFilter[\s\S]{0,2000})$/,
  /^(pod "[^"]{1,300}" rejected while waiting on permit: [\s\S]{1,2000})$/,
];

function parseOtherScheduler(message: string): SchedulingMessage | undefined {
  const text = OF_THE_POD.map((pattern) => pattern.exec(message)?.[1]).find((found) => found !== undefined);
  return text === undefined ? undefined : { nodes: 1, reasons: [{ count: 1, text }] };
}
