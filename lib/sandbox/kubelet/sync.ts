import type { Pod } from '#lib/sandbox/client/objects.ts';
import type { ContainerRecord, KubeletEvent, PodRecord, Reason, World } from './record.ts';

/** One pass over a pod: what is said, and when the pod wants to be looked at again. */
export type Sync = {
  readonly pod: Pod;
  readonly world: World;
  readonly emit: (event: KubeletEvent) => void;
  readonly wakeAt: (at: number) => void;
  /** A pull has begun that keeps others waiting until `at`. */
  readonly pullUntil: (at: number) => void;
  /** An image came to the node; `credential` is what opened its registry. */
  readonly pulled: (image: string, credential?: string) => void;
};

/** The pod lifecycle event generator lists containers every second: news are that old when a sync sees them. */
export const NOTICE_MS = 1000;

const FIELDS = {
  init: 'initContainers',
  sidecar: 'initContainers',
  main: 'containers',
  ephemeral: 'ephemeralContainers',
} as const;

export const fieldPathOf = ({ spec, role }: ContainerRecord): string => `spec.${FIELDS[role]}{${spec.name}}`;

/** Says something about one container. */
export function say(record: ContainerRecord, { emit }: Sync, event: Omit<KubeletEvent, 'fieldPath'>): void {
  emit({ ...event, fieldPath: fieldPathOf(record) });
}

export const containerOf = ({ containers }: PodRecord, name: string): ContainerRecord | undefined =>
  containers.find(({ spec }) => spec.name === name);

/** The record with one container replaced. */
export function withContainer(record: PodRecord, changed: ContainerRecord): PodRecord {
  const containers = record.containers.map((each) => (each.spec.name === changed.spec.name ? changed : each));
  return { ...record, containers };
}

/** The runtime or a prober has something new: a sync looks at it at `at`, or as soon as the one under way is done. */
export function withNews(record: PodRecord, at: number): PodRecord {
  if (record.worker.newsAt <= at) return record;
  return { ...record, worker: { ...record.worker, newsAt: at } };
}

/** A step of the sync under way failed; the rest goes on. */
export function withFailure(
  record: PodRecord,
  container: ContainerRecord,
  failure: { reason: Reason; backOffEndsAt?: number },
): PodRecord {
  const before = record.worker.failed?.backOffEndsAt ?? Infinity;
  const endsAt = Math.min(before, failure.backOffEndsAt ?? Infinity);
  const failed = endsAt < Infinity ? { backOffEndsAt: endsAt } : {};
  const next = withContainer(record, { ...container, reason: failure.reason });
  return { ...next, worker: { ...next.worker, failed } };
}

/** As the kubelet names a pod in messages: `name_namespace(uid)`. */
export const podLabel = ({ metadata: { name, namespace = '', uid } }: Pod): string =>
  `${name}_${namespace}(${uid})`;
