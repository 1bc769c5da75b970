import type { PodTemplate } from './pod-template.ts';

/** A revision of a Deployment (one ReplicaSet). Numbers have gaps; `replicaSet` is the stable name. */
export type Revision = {
  readonly number: number;
  readonly replicaSet: string;
  readonly uid: string;
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
  /** Numbers this ReplicaSet had before a rollback gave it a new one. */
  readonly pastRevisions?: readonly number[];
};

/** One changed field of a pod template, e.g. path "containers[web].image". Env values are never shown. */
export type FieldChange = {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
};
