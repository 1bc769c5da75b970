import type { ContainerSpec, EnvVar, Pod } from '#lib/sandbox/client/objects.ts';
import type { Job } from '#lib/sandbox/client/workload-objects.ts';
import { controllerRef, targetOf, type Draft, type Write } from '#lib/sandbox/client/write.ts';
import { INDEX } from './indexes.ts';

/** Keeps a finished Pod until it is counted (KEP-2307). */
export const TRACKING = 'batch.kubernetes.io/job-tracking';

export const isTracked = ({ metadata }: Pod): boolean => metadata.finalizers?.includes(TRACKING) ?? false;

export function releasePod(pod: Pod): Write {
  const { finalizers = [], uid } = pod.metadata;
  const patch = { metadata: { uid, finalizers: finalizers.filter((finalizer) => finalizer !== TRACKING) } };
  return { verb: 'merge', target: targetOf('Pod', pod), patch };
}

/** A Pod of the Job; with an index it has the name, host name, label and variable of that index. */
export function draftPod(job: Job, index: number | undefined): Draft {
  const { name, namespace } = job.metadata;
  const { metadata, spec } = job.spec.template;
  const isIndexed = index !== undefined;
  const annotations = { ...metadata?.annotations, ...(isIndexed ? { [INDEX]: String(index) } : {}) };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: isIndexed ? `${name}-${index}-` : `${name}-`,
      namespace,
      labels: { ...metadata?.labels, ...(isIndexed ? { [INDEX]: String(index) } : {}) },
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
      finalizers: [...(metadata?.finalizers ?? []), TRACKING],
      ownerReferences: [controllerRef('batch/v1', 'Job', job)],
    },
    spec: isIndexed
      ? {
          ...spec,
          hostname: `${name}-${index}`,
          ...(spec.initContainers ? { initContainers: spec.initContainers.map(withIndexVariable) } : {}),
          containers: spec.containers.map(withIndexVariable),
        }
      : spec,
  };
}

function withIndexVariable(container: ContainerSpec): ContainerSpec {
  const name = 'JOB_COMPLETION_INDEX';
  if (container.env?.some((known) => known.name === name)) return container;
  const variable: EnvVar = { name, valueFrom: { fieldRef: { fieldPath: `metadata.labels['${INDEX}']` } } };
  return { ...container, env: [...(container.env ?? []), variable] };
}
