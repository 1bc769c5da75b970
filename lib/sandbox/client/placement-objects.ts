/** Where a pod may go, as it crosses the wire: the parts of PodSpec only the scheduler reads. */
export type NodeSelectorRequirement = {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
};
export type NodeSelectorTerm = {
  readonly matchExpressions?: readonly NodeSelectorRequirement[];
  readonly matchFields?: readonly NodeSelectorRequirement[];
};
export type NodeSelector = { readonly nodeSelectorTerms: readonly NodeSelectorTerm[] };

export type Affinity = {
  readonly nodeAffinity?: { readonly requiredDuringSchedulingIgnoredDuringExecution?: NodeSelector };
};
