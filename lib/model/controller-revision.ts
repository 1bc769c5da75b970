import type { ObjectMeta } from './object-meta.ts';
import type { PodTemplate } from './pod-template.ts';

/** One template a StatefulSet or DaemonSet has had; its controller writes the object once and only renumbers it. */
export type ControllerRevision = {
  readonly kind: 'ControllerRevision';
  readonly meta: ObjectMeta;
  /** Grows by one with each rollout; one that is rolled back to gets the next number. */
  readonly revision: number;
  /** Absent when something else keeps its state here: other controllers use the same kind for other things. */
  readonly template?: PodTemplate;
  readonly changeCause?: string;
};
