import type { Node, Pod, PodSpec, Toleration } from '#lib/sandbox/client/objects.ts';
import type { Affinity } from '#lib/sandbox/client/placement-objects.ts';
import type { DaemonSet } from '#lib/sandbox/client/workload-objects.ts';
import { controllerRef, type Draft } from '#lib/sandbox/client/write.ts';
import { REVISION_HASH, type Revision } from '#lib/sandbox/controllers/controller-revisions.ts';
import { matchesNodeAffinity } from '#lib/sandbox/scheduler/node-affinity.ts';
import { tolerationFor } from '#lib/sandbox/scheduler/taints.ts';

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

/** What every daemon Pod tolerates (daemonset_util.go, AddOrUpdateDaemonPodTolerations). */
const TOLERATED = [
  ['not-ready', 'NoExecute'],
  ['unreachable', 'NoExecute'],
  ['disk-pressure', 'NoSchedule'],
  ['memory-pressure', 'NoSchedule'],
  ['pid-pressure', 'NoSchedule'],
  ['unschedulable', 'NoSchedule'],
] as const;

function withTolerations(spec: PodSpec): PodSpec {
  const names = spec.hostNetwork ? [...TOLERATED, ['network-unavailable', 'NoSchedule'] as const] : TOLERATED;
  const added = names.map(([name, effect]): Toleration => ({
    key: `node.kubernetes.io/${name}`,
    operator: 'Exists',
    effect,
  }));
  const isReplaced = ({ key, effect, operator }: Toleration) =>
    added.some((each) => each.key === key && each.effect === effect && each.operator === operator);
  const own = (spec.tolerations ?? []).filter((toleration) => !isReplaced(toleration));
  return { ...spec, tolerations: [...own, ...added] };
}

/** Whether the set wants a Pod on a node, and whether one that is there may stay. */
export function wantedOn(
  { metadata, spec }: DaemonSet,
  node: Node,
): { readonly run: boolean; readonly stay: boolean } {
  const pod: Pod = { metadata, spec: withTolerations(spec.template.spec) };
  const { nodeName } = pod.spec;
  if ((nodeName && nodeName !== node.metadata.name) || !matchesNodeAffinity(pod, node))
    return { run: false, stay: false };
  const untolerated = (effects: readonly string[]) =>
    (node.spec.taints ?? []).some((taint) => effects.includes(taint.effect) && !tolerationFor(pod, taint));
  return { run: !untolerated(['NoSchedule', 'NoExecute']), stay: !untolerated(['NoExecute']) };
}

/** The node of a daemon Pod: where it runs, or where its affinity sends it. */
export function targetNode({ spec }: Pod): string | undefined {
  if (spec.nodeName) return spec.nodeName;
  const terms =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const field = terms
    .flatMap(({ matchFields = [] }) => matchFields)
    .find(({ key, operator }) => key === 'metadata.name' && operator === 'In');
  return field?.values?.[0];
}

/** Replaces the required terms: the scheduler may only take this node. */
function pinnedTo(affinity: Affinity | undefined, node: string): Affinity {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }];
  const required = { nodeSelectorTerms: [{ matchFields }] };
  return {
    ...affinity,
    nodeAffinity: {
      ...affinity?.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: required,
    },
  };
}

export function draftPod(daemonSet: DaemonSet, node: string, revision: Revision): Draft {
  const { name, namespace, annotations } = daemonSet.metadata;
  const { metadata, spec } = daemonSet.spec.template;
  const generation = annotations?.[TEMPLATE_GENERATION];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: {
        ...metadata?.labels,
        [REVISION_HASH]: revision.hash,
        ...(generation ? { 'pod-template-generation': generation } : {}),
      },
      ...(metadata?.annotations ? { annotations: metadata.annotations } : {}),
      ownerReferences: [controllerRef('apps/v1', 'DaemonSet', daemonSet)],
    },
    spec: { ...withTolerations(spec), affinity: pinnedTo(spec.affinity, node) },
  };
}
