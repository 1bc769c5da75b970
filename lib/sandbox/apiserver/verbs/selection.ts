import { stringMapAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { parseFieldSelector } from '#lib/sandbox/apiserver/selectors/field-selector.ts';
import { parseLabelSelector } from '#lib/sandbox/apiserver/selectors/label-selector.ts';
import type { ResourceRequest } from '#lib/sandbox/apiserver/server-context.ts';

export type Selection = {
  /** Undefined for all namespaces and for cluster-scoped resources. */
  readonly namespace?: string;
  /** Whether label or field selectors narrow the collection. */
  readonly narrowed: boolean;
  readonly matches: (object: KubeObject) => boolean;
};

/** Which objects of a collection a list, watch or deletecollection is about. */
export function selection({ resource, namespace, name, query }: ResourceRequest): Selection {
  const labels = query.get('labelSelector') ?? '';
  const fields = query.get('fieldSelector') ?? '';
  const matchesLabels = parseLabelSelector(labels);
  const matchesFields = parseFieldSelector(fields, resource);
  return {
    namespace: resource.namespaced ? namespace : undefined,
    narrowed: labels !== '' || fields !== '',
    matches: (object) =>
      (name === '' || object.metadata.name === name) &&
      (labels === '' || matchesLabels(stringMapAt(object, 'metadata', 'labels'))) &&
      matchesFields(object),
  };
}
