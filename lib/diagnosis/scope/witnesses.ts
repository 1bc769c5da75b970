import { isConditionTrue } from '#lib/health/condition-of.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { WorkloadRef } from '#lib/model/workload.ts';
import { parseImageReference } from '#lib/rollout/image-reference.ts';
import type { ScopeMember, Touches } from './scope-member.ts';
import type { Level } from './signatures.ts';

/** A pod that came into being after the trouble began; older ones need not have met it. */
export type StartedPod = { readonly pod: Pod; readonly workload: WorkloadRef };
/** Pods created at or after `at` (epoch ms). */
export type StartedSince = (at: number) => readonly StartedPod[];

/** Who is fine although the factor is said to break everybody, and who is fine outside of it. Workload names, sorted. */
export type Witnesses = {
  readonly inside: readonly string[];
  /** Started inside, but perhaps with an image the node had: no sign that the registry answers. */
  readonly cached: readonly string[];
  readonly outside: readonly string[];
};

const NONE: Witnesses = { inside: [], cached: [], outside: [] };

/**
 * When so many failed that it may be one cause. Not when the first did: something that failed alone for a week would
 * make everybody who started since a witness against an outage of this morning.
 */
function sharedSince(members: readonly ScopeMember[], { min }: Level): number {
  const times = members.map(({ sinceAt }) => sinceAt).toSorted((a, b) => a - b);
  return times[Math.min(min, times.length) - 1] ?? 0;
}

/** Looks for pods that did, since it is shared, what the members cannot do. */
export function witnessesOf(level: Level, members: readonly ScopeMember[], started: StartedSince): Witnesses {
  const [first] = members;
  if (!level.witness || !first) return NONE;
  const found = { inside: new Set<string>(), cached: new Set<string>(), outside: new Set<string>() };
  for (const { pod, workload } of started(sharedSince(members, level))) {
    const proof = level.witness === 'pulled' ? pulled(pod, first.touches) : startedWell(pod);
    if (proof === undefined) continue;
    const name = `${workload.namespace}/${workload.name}`;
    const isInside = level.by.every((kind) => isAt(pod, kind, first.touches));
    if (!isInside) {
      if (proof === 'sure') found.outside.add(name);
    } else if (proof === 'sure') found.inside.add(name);
    else found.cached.add(name);
  }
  return {
    inside: [...found.inside].toSorted(),
    cached: [...found.cached].filter((name) => !found.inside.has(name)).toSorted(),
    outside: [...found.outside].toSorted(),
  };
}

type Proof = 'sure' | 'perhaps-cached' | undefined;

/**
 * With `Always` the kubelet asks the registry even when it has the image; with another policy it need not have asked.
 * https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting
 */
function pulled({ template, statuses, initStatuses }: Pod, { registry }: Touches): Proof {
  const ran = new Set(
    [...initStatuses, ...statuses]
      .filter(({ state, lastTermination }) => state.kind !== 'waiting' || lastTermination !== undefined)
      .map(({ name }) => name),
  );
  const here = template.containers.filter(
    ({ name, image }) => ran.has(name) && parseImageReference(image)?.registry === registry?.key,
  );
  if (here.length === 0) return undefined;
  return here.some(({ imagePullPolicy }) => imagePullPolicy === 'Always') ? 'sure' : 'perhaps-cached';
}

/** Host-network pods need neither a pod network nor, as a rule, the cluster's DNS. */
const startedWell = (pod: Pod): Proof =>
  !pod.template.hostNetwork && isConditionTrue(pod, 'Ready') ? 'sure' : undefined;

function isAt(pod: Pod, kind: Level['by'][number], touches: Touches): boolean {
  if (kind === 'node') return pod.nodeName === touches.node?.key;
  if (kind === 'namespace') return pod.meta.namespace === touches.namespace?.key;
  return true; // The registry was compared with the pull itself; the cluster holds everything.
}
