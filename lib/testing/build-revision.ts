import type { ControllerRevision } from '#lib/model/controller-revision.ts';
import type { PodTemplate } from '#lib/model/pod-template.ts';
import type { DaemonSet, StatefulSet } from '#lib/model/workload.ts';
import { aMeta, ownerRefTo } from './build-meta.ts';
import { aTemplate } from './build-template.ts';

export type ControllerRevisionInput = {
  /** What stands behind the set's name in its own: "6f9". */
  readonly hash?: string;
  readonly revision?: number;
  readonly createdAt?: number;
  readonly template?: Partial<PodTemplate>;
  readonly changeCause?: string;
  readonly resourceVersion?: string;
};

/** A ControllerRevision of this set, as its controller writes it. */
export function aControllerRevision(
  set: StatefulSet | DaemonSet,
  {
    hash = '6f9',
    revision = 1,
    createdAt,
    template,
    changeCause,
    resourceVersion,
  }: ControllerRevisionInput = {},
): ControllerRevision {
  const name = `${set.meta.name}-${hash}`;
  return {
    kind: 'ControllerRevision',
    meta: aMeta({
      name,
      namespace: set.meta.namespace,
      owner: ownerRefTo(set),
      labels: set.kind === 'DaemonSet' ? { 'controller-revision-hash': hash } : {},
      ...(createdAt === undefined ? {} : { createdAt }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    }),
    revision,
    template: aTemplate({ hash, ...template }),
    changeCause,
  };
}

/** The label that says of which revision a pod is. */
export const ofRevision = ({ meta }: ControllerRevision): Readonly<Record<string, string>> => ({
  'controller-revision-hash': meta.labels['controller-revision-hash'] ?? meta.name,
});
