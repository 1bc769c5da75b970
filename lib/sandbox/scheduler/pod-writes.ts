import { withCondition } from '#lib/sandbox/controllers/conditions.ts';
import { objectPath } from '#lib/sandbox/client/kinds.ts';
import type { Pod } from '#lib/sandbox/client/objects.ts';
import { seconds } from '#lib/sandbox/client/time.ts';
import { targetOf } from '#lib/sandbox/client/write.ts';
import type { Cluster } from '#lib/sandbox/cluster.ts';
import { SELECTED_NODE } from '#lib/sandbox/storage/match-volume.ts';
import type { ClaimPlan } from './volume-binding.ts';

export async function bindPod({ api }: Cluster, pod: Pod, node: string): Promise<void> {
  const { name, namespace, uid } = pod.metadata;
  await api.send('POST', `${objectPath(targetOf('Pod', pod))}/binding`, {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name, namespace, uid },
    target: { apiVersion: 'v1', kind: 'Node', name: node },
  });
}

export type Refusal = { readonly reason: 'Unschedulable' | 'SchedulerError'; readonly message: string };

/** PodScheduled=False, and the node that is being freed for the pod, if any. Written only when it changes. */
export async function markRefused(
  { api, clock }: Cluster,
  pod: Pod,
  { reason, message, nominated = '' }: Refusal & { readonly nominated?: string },
): Promise<void> {
  const conditions = pod.status?.conditions ?? [];
  const current = conditions.find(({ type }) => type === 'PodScheduled');
  const isSaid = current?.status === 'False' && current.reason === reason && current.message === message;
  if (isSaid && (pod.status?.nominatedNodeName ?? '') === nominated) return;
  const next = {
    type: 'PodScheduled',
    status: 'False',
    reason,
    message,
    lastProbeTime: null,
    lastTransitionTime: current?.status === 'False' ? current.lastTransitionTime : seconds(clock.now()),
  };
  await patchStatus(api, pod, {
    conditions: [...conditions.filter(({ type }) => type !== 'PodScheduled'), next],
    ...(nominated || pod.status?.nominatedNodeName ? { nominatedNodeName: nominated || null } : {}),
  });
}

export async function nominate({ api }: Cluster, pod: Pod, node: string): Promise<void> {
  if (pod.status?.nominatedNodeName !== node) await patchStatus(api, pod, { nominatedNodeName: node });
}

/** Marks a victim as disturbed by the scheduler and deletes it with its own grace. */
export async function evictVictim({ api, clock }: Cluster, victim: Pod, scheduler: string): Promise<void> {
  const conditions = withCondition(
    victim.status?.conditions ?? [],
    {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'PreemptionByScheduler',
      message: `${scheduler}: preempting to accommodate a higher priority pod`,
    },
    clock.now(),
  ).map(({ lastUpdateTime: _ofOtherControllers, ...condition }) => condition);
  await patchStatus(api, victim, { conditions });
  await api.apply({ verb: 'delete', target: targetOf('Pod', victim), uid: victim.metadata.uid });
}

/** Reserves static volumes and tells provisioners where the others are needed. */
export async function startClaims({ api }: Cluster, { bind, provision }: ClaimPlan, node: string) {
  for (const { claim, volume } of bind) {
    const { name, namespace, uid, resourceVersion } = claim.metadata;
    const claimRef = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      namespace,
      name,
      uid,
      resourceVersion,
    };
    const annotations = { 'pv.kubernetes.io/bound-by-controller': 'yes' };
    const patch = { metadata: { annotations }, spec: { claimRef } };
    await api.apply({ verb: 'merge', target: targetOf('PersistentVolume', volume), patch });
  }
  for (const claim of provision) {
    if (claim.metadata.annotations?.[SELECTED_NODE] === node) continue;
    const patch = { metadata: { annotations: { [SELECTED_NODE]: node } } };
    await api.apply({ verb: 'merge', target: targetOf('PersistentVolumeClaim', claim), patch });
  }
}

async function patchStatus(api: Cluster['api'], pod: Pod, status: object): Promise<void> {
  const { uid } = pod.metadata;
  await api.apply({
    verb: 'merge',
    target: targetOf('Pod', pod),
    subresource: 'status',
    patch: { metadata: { uid }, status },
  });
}
