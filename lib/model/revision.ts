import type { PodTemplate } from './pod-template.ts';

/** A template that a Deployment, StatefulSet or DaemonSet has had. Numbers have gaps; `name` is the stable name. */
export type Revision = {
  readonly number: number;
  /** What the controller keeps the template in. */
  readonly kind: 'ReplicaSet' | 'ControllerRevision';
  /** Of that object, as is the uid. */
  readonly name: string;
  readonly uid: string;
  /** Of ControllerRevisions: what the label `controller-revision-hash` says on their pods. */
  readonly podLabel?: string;
  readonly template: PodTemplate;
  readonly images: readonly string[];
  readonly createdAt: number;
  /** When it became the current one; undefined for others that were rolled back to, or when nothing tells. */
  readonly rolledOutAt?: number;
  readonly changeCause?: string;
  readonly isCurrent: boolean;
  readonly ready: number;
  readonly desired: number;
  /** Longest known stretch with all wanted replicas available, ms; undefined = not recorded. */
  readonly fullyAvailableMs?: number;
  readonly restarts: number;
  /** It was rolled back to: it was made under another number than it has now. */
  readonly wasReturnedTo: boolean;
  /** The numbers it had before, oldest first; a ControllerRevision does not keep them. */
  readonly pastRevisions?: readonly number[];
};

/** One changed field of a pod template, e.g. path "containers[web].image". Env values are never shown. */
export type FieldChange = {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
};
