import type { Deployment, Labels, PodTemplate, ReplicaSet } from '#lib/sandbox/client/objects.ts';
import { epochMs } from '#lib/sandbox/client/time.ts';
import { controllerRef, type Draft } from '#lib/sandbox/client/write.ts';
import { fnv32a, safeEncode } from '#lib/sandbox/random.ts';
import { maxSurge } from './arithmetic.ts';

export const REVISION = 'deployment.kubernetes.io/revision';
export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';
export const HASH_LABEL = 'pod-template-hash';

/** Annotations of a Deployment that are not copied to its ReplicaSets (deployment_util.go, annotationsToSkip). */
const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  'deprecated.deployment.rollback.to',
]);

export const revisionOf = (rs: ReplicaSet): number => Number(rs.metadata.annotations?.[REVISION] ?? 0);

export const byCreation = (a: ReplicaSet, b: ReplicaSet): number =>
  epochMs(a.metadata.creationTimestamp) - epochMs(b.metadata.creationTimestamp) ||
  revisionOf(a) - revisionOf(b) ||
  (a.metadata.name < b.metadata.name ? -1 : 1);

/** The oldest ReplicaSet whose template equals the Deployment's, hash label aside. */
export function findNewReplicaSet(
  deployment: Deployment,
  owned: readonly ReplicaSet[],
): ReplicaSet | undefined {
  const wanted = canonical(deployment.spec.template);
  return owned.toSorted(byCreation).find((rs) => canonical(withoutHash(rs.spec.template)) === wanted);
}

export const nextRevision = (old: readonly ReplicaSet[]): number => Math.max(0, ...old.map(revisionOf)) + 1;

/** The annotations the newest ReplicaSet should carry: the Deployment's own, its revision, the numbers it had before. */
export function revisionAnnotations(
  deployment: Deployment,
  rs: ReplicaSet | undefined,
  revision: number,
): Labels {
  const current = rs?.metadata.annotations ?? {};
  const annotations: Record<string, string> = { ...current };
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!NOT_COPIED.has(key)) annotations[key] = value;
  }
  const before = current[REVISION];
  if (Number(before ?? 0) < revision) {
    annotations[REVISION] = String(revision);
    if (before !== undefined) {
      annotations[REVISION_HISTORY] = [current[REVISION_HISTORY], before].filter(Boolean).join(',');
    }
  }
  return annotations;
}

/** desired-replicas and max-replicas: how the Deployment looked when this ReplicaSet was last scaled. */
export function sizeAnnotations(deployment: Deployment): Labels {
  const replicas = deployment.spec.replicas ?? 1;
  return {
    [DESIRED_REPLICAS]: String(replicas),
    [MAX_REPLICAS]: String(replicas + maxSurge(deployment.spec)),
  };
}

export function draftReplicaSet(
  deployment: Deployment,
  { revision, replicas }: { revision: number; replicas: number },
): Draft {
  const { name, namespace } = deployment.metadata;
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = templateHash(template, deployment.status?.collisionCount);
  const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels,
      annotations: {
        ...revisionAnnotations(deployment, undefined, revision),
        ...sizeAnnotations(deployment),
      },
      ownerReferences: [controllerRef('apps/v1', 'Deployment', deployment)],
    },
    spec: {
      replicas,
      ...(minReadySeconds ? { minReadySeconds } : {}),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

/** Deterministic and short; the real hash covers a Go struct dump, which nobody may rely on. */
export function templateHash(template: PodTemplate, collisionCount = 0): string {
  const text = canonical(template) + (collisionCount > 0 ? String(collisionCount) : '');
  return safeEncode(fnv32a(text));
}

function withoutHash(template: PodTemplate): PodTemplate {
  const { [HASH_LABEL]: _hash, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** JSON with sorted keys and without what Go's omitempty leaves out, so that equal templates are equal texts. */
function canonical(value: unknown): string {
  return JSON.stringify(pruned(value)) ?? '';
}

function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((item) => pruned(item) ?? null);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  const entries = Object.entries(value)
    .map(([key, child]) => [key, pruned(child)] as const)
    .filter(([, child]) => child !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
