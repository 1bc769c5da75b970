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

/** A pod that did something the failing ones cannot do. */
type Witness = {
  readonly createdAt: number;
  readonly name: string;
  readonly nodeName: string | undefined;
  readonly namespace: string;
  readonly isSure: boolean;
};

/** Those who may bear witness, by what they did; each pod is looked at once, however many factors are tried. */
export type Bystanders = {
  readonly pulledFrom: ReadonlyMap<string, readonly Witness[]>;
  readonly started: readonly Witness[];
};

/** Looks at the pods when first asked: most of the time nothing is shared, and nobody asks. */
export function bystandersSince(started: StartedSince, at: number): () => Bystanders {
  let known: Bystanders | undefined;
  return () => (known ??= bystanders(started(at)));
}

function bystanders(pods: readonly StartedPod[]): Bystanders {
  const registryOf = rememberedRegistry();
  const pulledFrom = new Map<string, Witness[]>();
  const started: Witness[] = [];
  for (const { pod, workload } of pods) {
    const { meta, nodeName } = pod;
    const name = `${workload.namespace}/${workload.name}`;
    const witness = { createdAt: meta.createdAt, name, nodeName, namespace: meta.namespace };
    for (const [registry, isSure] of pulls(pod, registryOf)) {
      const known = pulledFrom.get(registry);
      if (known) known.push({ ...witness, isSure });
      else pulledFrom.set(registry, [{ ...witness, isSure }]);
    }
    if (startedWell(pod)) started.push({ ...witness, isSure: true });
  }
  return { pulledFrom, started };
}

/** Many pods, few images. */
function rememberedRegistry(): (image: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  return (image) => {
    if (!known.has(image)) known.set(image, parseImageReference(image)?.registry);
    return known.get(image);
  };
}

/** Looks for pods that did, since it is shared, what the members cannot do. */
export function witnessesOf(
  level: Level,
  members: readonly ScopeMember[],
  bystanders: () => Bystanders,
): Witnesses {
  const [first] = members;
  if (!level.witness || !first) return NONE;
  const since = sharedSince(members, level);
  const { pulledFrom, started } = bystanders();
  const able =
    level.witness === 'pulled' ? (pulledFrom.get(first.touches.registry?.key ?? '') ?? []) : started;
  const found = { inside: new Set<string>(), cached: new Set<string>(), outside: new Set<string>() };
  for (const witness of able) {
    if (witness.createdAt < since) continue;
    const isInside = level.by.every((kind) => isAt(witness, kind, first.touches));
    if (isInside) (witness.isSure ? found.inside : found.cached).add(witness.name);
    else if (witness.isSure) found.outside.add(witness.name);
  }
  return {
    inside: [...found.inside].toSorted(),
    cached: [...found.cached].filter((name) => !found.inside.has(name)).toSorted(),
    outside: [...found.outside].toSorted(),
  };
}

/**
 * Registries a pod's containers came from, and whether it is sure that they were asked: with `Always` the kubelet asks even
 * when it has the image, with another policy it need not have.
 * https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting
 */
function pulls(
  { template, statuses, initStatuses }: Pod,
  registryOf: (image: string) => string | undefined,
): ReadonlyMap<string, boolean> {
  const ran = new Set(
    [...initStatuses, ...statuses]
      .filter(({ state, lastTermination }) => state.kind !== 'waiting' || lastTermination !== undefined)
      .map(({ name }) => name),
  );
  const found = new Map<string, boolean>();
  for (const { name, image, imagePullPolicy } of template.containers) {
    const registry = ran.has(name) ? registryOf(image) : undefined;
    if (registry === undefined) continue;
    found.set(registry, found.get(registry) === true || imagePullPolicy === 'Always');
  }
  return found;
}

/** Host-network pods need neither a pod network nor, as a rule, the cluster's DNS. */
const startedWell = (pod: Pod): boolean => !pod.template.hostNetwork && isConditionTrue(pod, 'Ready');

function isAt(witness: Witness, kind: Level['by'][number], touches: Touches): boolean {
  if (kind === 'node') return witness.nodeName === touches.node?.key;
  if (kind === 'namespace') return witness.namespace === touches.namespace?.key;
  return true; // The registry was compared with the pull itself; the cluster holds everything.
}
