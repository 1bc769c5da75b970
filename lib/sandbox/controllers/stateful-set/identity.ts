import type { Pod } from '#lib/sandbox/client/objects.ts';
import type { PersistentVolumeClaim } from '#lib/sandbox/client/storage-objects.ts';
import type { StatefulSet } from '#lib/sandbox/client/workload-objects.ts';
import { controllerRef, type Draft } from '#lib/sandbox/client/write.ts';
import { REVISION_HASH, type Revision } from '#lib/sandbox/controllers/controller-revisions.ts';

export const startOrdinal = ({ spec }: StatefulSet): number => spec.ordinals?.start ?? 0;
export const endOrdinal = (set: StatefulSet): number => startOrdinal(set) + (set.spec.replicas ?? 1) - 1;

/** The ordinal of a Pod of this set by its name; undefined for a name of another form. */
export function ordinalOf(set: StatefulSet, { metadata }: Pod): number | undefined {
  const match = /^(.*)-([0-9]+)$/.exec(metadata.name);
  return match?.[1] === set.metadata.name ? Number(match[2]) : undefined;
}

export const podName = ({ metadata }: StatefulSet, ordinal: number): string => `${metadata.name}-${ordinal}`;
export const claimName = ({ metadata }: StatefulSet, template: string, ordinal: number): string =>
  `${template}-${metadata.name}-${ordinal}`;

export const revisionOf = ({ metadata }: Pod): string | undefined => metadata.labels?.[REVISION_HASH];

/** A Pod with the name, labels, host name and volumes of its ordinal (stateful_set_utils.go, newStatefulSetPod). */
export function draftPod(set: StatefulSet, ordinal: number, revision: Revision): Draft {
  const name = podName(set, ordinal);
  const { metadata, spec } = revision.template;
  const claims = set.spec.volumeClaimTemplates ?? [];
  const own = new Set(claims.map((claim) => claim.metadata.name));
  const volumes = [
    ...claims.map((claim) => ({
      name: claim.metadata.name,
      persistentVolumeClaim: { claimName: claimName(set, claim.metadata.name, ordinal) },
    })),
    ...(spec.volumes ?? []).filter((volume) => !own.has(volume.name)),
  ];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      generateName: `${set.metadata.name}-`,
      namespace: set.metadata.namespace,
      labels: {
        ...metadata?.labels,
        'apps.kubernetes.io/pod-index': String(ordinal),
        [REVISION_HASH]: revision.name,
        'statefulset.kubernetes.io/pod-name': name,
      },
      ...(metadata?.annotations ? { annotations: metadata.annotations } : {}),
      ownerReferences: [controllerRef('apps/v1', 'StatefulSet', set)],
    },
    spec: {
      ...spec,
      hostname: name,
      ...(set.spec.serviceName ? { subdomain: set.spec.serviceName } : {}),
      ...(volumes.length > 0 ? { volumes } : {}),
    },
  };
}

/** The claims of one ordinal that do not exist yet. */
export function missingClaims(
  set: StatefulSet,
  ordinal: number,
  claims: readonly PersistentVolumeClaim[],
): readonly Draft[] {
  const known = new Set(claims.map(({ metadata }) => metadata.name));
  return (set.spec.volumeClaimTemplates ?? [])
    .map(({ metadata, spec }): Draft => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name: claimName(set, metadata.name, ordinal),
        namespace: set.metadata.namespace,
        labels: { ...metadata.labels, ...set.spec.selector.matchLabels },
        ...(metadata.annotations ? { annotations: metadata.annotations } : {}),
      },
      spec,
    }))
    .filter(({ metadata }) => !known.has(metadata.name ?? ''));
}
