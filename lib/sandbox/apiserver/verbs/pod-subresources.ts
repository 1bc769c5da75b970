import { numberAt, objectAt, objectsAt, stringAt, without } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { timestamp } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { Reply } from '#lib/sandbox/apiserver/reply.ts';
import { json } from '#lib/sandbox/apiserver/reply.ts';
import type { ResourceRequest, ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import { conflict } from '#lib/sandbox/apiserver/status-error.ts';
import { isDryRun } from './dry-run.ts';
import { budgetToSpend, spendBudget } from './disruption-budget.ts';
import { requireObject } from './get.ts';
import { removeObject } from './remove-object.ts';

const SUCCESS = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

/** pods/binding: the scheduler's decision. Sets the node and PodScheduled (registry/core/pod/storage). */
export function bindPod(context: ServerContext, request: ResourceRequest): Reply {
  const pod = requireObject(context, request);
  const bound = stringAt(pod, 'spec', 'nodeName');
  if (bound !== undefined) {
    throw conflict(
      request.resource,
      request.name,
      `pod ${request.name} is already assigned to node "${bound}"`,
    );
  }
  const nodeName = stringAt(request.body, 'target', 'name') ?? '';
  const others = objectsAt(pod, 'status', 'conditions').filter(({ type }) => type !== 'PodScheduled');
  const scheduled = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: timestamp(context.clock.now()),
  };
  if (isDryRun(request, 'POST')) return json(201, SUCCESS);
  context.journal.put(request.resource.storage, {
    ...pod,
    metadata: { ...pod.metadata, labels: { ...topologyOf(context, nodeName), ...pod.metadata.labels } },
    spec: { ...objectAt(pod, 'spec'), nodeName },
    // A nomination has served its purpose (ClearingNominatedNodeNameAfterBinding, on since 1.35).
    status: { ...without(objectAt(pod, 'status'), 'nominatedNodeName'), conditions: [...others, scheduled] },
  });
  return json(201, SUCCESS);
}

const TOPOLOGY = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

/** Where the node is; pods are labelled so since 1.35 (KEP-4742, admission plugin PodTopologyLabels). */
function topologyOf({ journal }: ServerContext, nodeName: string): Record<string, string> {
  const labels = journal.get('nodes', undefined, nodeName)?.metadata.labels ?? {};
  return Object.fromEntries(Object.entries(labels).filter(([key]) => TOPOLOGY.includes(key)));
}

/** pods/eviction: a deletion with the grace the caller asks for, if the pod's disruption budget allows one more. */
export function evictPod(context: ServerContext, request: ResourceRequest): Reply {
  const { resource } = request;
  const pod = requireObject(context, request);
  const budget = budgetToSpend(context, pod);
  const deleteOptions = objectAt(request.body, 'deleteOptions');
  const gracePeriodSeconds = numberAt(deleteOptions, 'gracePeriodSeconds');
  // kubectl drain asks for a dry run in the eviction's delete options.
  const isTrial = isDryRun(request, 'POST') || isDryRun({ ...request, body: deleteOptions }, 'DELETE');
  if (!isTrial) {
    if (budget) spendBudget(context, budget, pod.metadata.name);
    const object = markedEvicted(context, request, pod);
    removeObject(context, { resource, object, propagation: 'Background', gracePeriodSeconds });
  }
  return json(201, SUCCESS);
}

/** A pod that goes by its own will or somebody's eviction says which (registry/core/pod/storage/eviction.go). */
function markedEvicted({ journal, clock }: ServerContext, { resource }: ResourceRequest, pod: KubeObject) {
  const others = objectsAt(pod, 'status', 'conditions').filter(({ type }) => type !== 'DisruptionTarget');
  const disruption = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
    lastProbeTime: null,
    lastTransitionTime: timestamp(clock.now()),
  };
  const status = { ...objectAt(pod, 'status'), conditions: [...others, disruption] };
  return journal.put(resource.storage, { ...pod, status });
}
