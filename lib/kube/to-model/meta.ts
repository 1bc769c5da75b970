import type { ObjectMeta, OwnerRef } from '#lib/model/object-meta.ts';
import type { ToModelContext } from './context.ts';
import { asNumber, asText, asTextMap, asWire, asWires, epochMs, optionalText, type Wire } from './wire.ts';

/**
 * Annotations the product reads. Everything else stays on the cluster: `last-applied-configuration` and
 * many tools' annotations carry whole manifests, values included.
 */
const KEPT_ANNOTATIONS = new Set(['kubernetes.io/change-cause', 'kubectl.kubernetes.io/restartedAt']);
const KEPT_PREFIXES = ['deployment.kubernetes.io/', 'argocd.argoproj.io/', 'meta.helm.sh/'];

export function toMeta(
  object: Wire,
  { odd, values = UNSHARED, text = sameText }: ToModelContext,
): ObjectMeta {
  const meta = asWire(object['metadata']);
  const createdAt = epochMs(meta['creationTimestamp']);
  if (createdAt === undefined) odd('metadata.creationTimestamp');
  if (optionalText(meta['uid']) === undefined) odd('metadata.uid');
  return {
    uid: asText(meta['uid']),
    name: asText(meta['name']),
    namespace: text(asText(meta['namespace'])),
    resourceVersion: asText(meta['resourceVersion']),
    generation: asNumber(meta['generation'], 0),
    createdAt: createdAt ?? 0,
    deletedAt: epochMs(meta['deletionTimestamp']),
    labels: values.share(asTextMap(meta['labels'])),
    annotations: keptAnnotations(meta['annotations']),
    owner: ownerOf(meta['ownerReferences'], values),
  };
}

/** What stands for shared values where nothing is held. */
export const UNSHARED: NonNullable<ToModelContext['values']> = {
  share: (value) => value,
  once: (_from, make) => make(),
  byText: (_text, make) => make(),
};
export const sameText: NonNullable<ToModelContext['text']> = (text) => text;

const NO_ANNOTATIONS: Readonly<Record<string, string>> = Object.freeze({});

function keptAnnotations(value: unknown): Readonly<Record<string, string>> {
  if (value === undefined) return NO_ANNOTATIONS;
  const kept = Object.entries(asWire(value)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && isKeptAnnotation(entry[0]),
  );
  return kept.length === 0 ? NO_ANNOTATIONS : Object.fromEntries(kept);
}

/** Whether an annotation of this name may be held at all. */
export const isKeptAnnotation = (name: string): boolean =>
  KEPT_ANNOTATIONS.has(name) || KEPT_PREFIXES.some((prefix) => name.startsWith(prefix));

const ownerOf = (references: unknown, values: typeof UNSHARED): OwnerRef | undefined =>
  Array.isArray(references) ? values.once(references, () => toOwner(references)) : undefined;

/** The managing controller; an object has at most one (`controller: true`). */
function toOwner(references: unknown): OwnerRef | undefined {
  const owner = asWires(references).find((reference) => reference['controller'] === true);
  if (!owner) return undefined;
  return {
    apiVersion: asText(owner['apiVersion']),
    kind: asText(owner['kind']),
    name: asText(owner['name']),
    uid: asText(owner['uid']),
  };
}
