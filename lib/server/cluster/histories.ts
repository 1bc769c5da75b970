import type { ObservedPulls } from '#lib/backoff/next-pull.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { RollingWorkload, WorkloadRef } from '#lib/model/workload.ts';
import type { RevisionRecords } from '#lib/rollout/revisions-of.ts';
import { isForgotten, type PodHistory, recordGone } from '#lib/timeline/pod-history.ts';
import {
  type AvailabilityHistory,
  cutAvailability,
  recordAvailability,
} from '#lib/timeline/record-availability.ts';
import { recordRuns } from '#lib/timeline/record-runs.ts';
import { type OwnerKey, ownerKey } from './cluster-objects.ts';

const NOTHING: AvailabilityHistory = new Map();

/** What was seen through the watch since the process started: runs of containers, availability of revisions. */
export class Histories {
  readonly #pods = new Map<string, { owner: OwnerKey; history: PodHistory }>();
  readonly #byOwner = new Map<OwnerKey, Set<string>>();
  readonly #failed = new Set<string>();
  /** By uid of the workload. */
  readonly #availability = new Map<
    string,
    { readonly kind: RollingWorkload['kind']; readonly history: AvailabilityHistory }
  >();

  see(pod: Pod, owner: WorkloadRef, now: number): void {
    const known = this.#pods.get(pod.meta.uid);
    const key = ownerKey(owner);
    if (known && known.owner !== key) this.#unlink(pod.meta.uid, known.owner);
    this.#pods.set(pod.meta.uid, { owner: key, history: recordRuns(known?.history, pod, now) });
    this.#byOwner.set(key, (this.#byOwner.get(key) ?? new Set()).add(pod.meta.uid));
  }

  /** Another owner was found for the pod; nothing else was learned of it. */
  move(pod: Pod, owner: WorkloadRef): void {
    const { uid } = pod.meta;
    const known = this.#pods.get(uid);
    const key = ownerKey(owner);
    if (!known || known.owner === key) return;
    this.#unlink(uid, known.owner);
    this.#pods.set(uid, { ...known, owner: key });
    this.#byOwner.set(key, (this.#byOwner.get(key) ?? new Set()).add(uid));
  }

  gone(pod: Pod, now: number): void {
    const known = this.#pods.get(pod.meta.uid);
    if (known) this.#pods.set(pod.meta.uid, { ...known, history: recordGone(known.history, now) });
  }

  seeRollout(
    workload: RollingWorkload,
    seen: RevisionRecords & { readonly pods: readonly Pod[]; readonly now: number },
  ): void {
    const { kind, meta } = workload;
    const before = this.#availability.get(meta.uid)?.history ?? NOTHING;
    const history = recordAvailability(before, { workload, ...seen });
    this.#availability.set(meta.uid, { kind, history });
  }

  /** The watch of rollouts of this kind broke off: what lasted may have been interrupted unseen. */
  cutAvailability(at: number, isConcerned: (kind: RollingWorkload['kind']) => boolean): void {
    for (const [uid, { kind, history }] of this.#availability)
      if (isConcerned(kind)) this.#availability.set(uid, { kind, history: cutAvailability(history, at) });
  }

  /** A pod of this revision could not start or stay up: it is none to return to. By uid of its record. */
  markFailed(revisionUid: string): void {
    this.#failed.add(revisionUid);
  }

  hasFailed(revisionUid: string): boolean {
    return this.#failed.has(revisionUid);
  }

  forgetRevision(uid: string): void {
    this.#failed.delete(uid);
  }

  forgetRollout({ meta }: RollingWorkload): void {
    this.#availability.delete(meta.uid);
  }

  of(owner: WorkloadRef): readonly PodHistory[] {
    return [...(this.#byOwner.get(ownerKey(owner)) ?? [])].flatMap(
      (uid) => this.#pods.get(uid)?.history ?? [],
    );
  }

  pullsOf(pod: Pod, container: string): ObservedPulls | undefined {
    const history = this.#pods.get(pod.meta.uid)?.history;
    const seen = history?.containers.find(({ name }) => name === container);
    return seen && seen.pullFailedAt.length > 0 ? { failedAt: seen.pullFailedAt } : undefined;
  }

  availabilityOf({ meta }: RollingWorkload): AvailabilityHistory {
    return this.#availability.get(meta.uid)?.history ?? NOTHING;
  }

  /** Drops pods that have been gone for long enough. */
  sweep(now: number): void {
    for (const [uid, { owner, history }] of this.#pods) {
      if (!isForgotten(history, now)) continue;
      this.#pods.delete(uid);
      this.#unlink(uid, owner);
    }
  }

  #unlink(uid: string, owner: OwnerKey): void {
    const uids = this.#byOwner.get(owner);
    uids?.delete(uid);
    if (uids?.size === 0) this.#byOwner.delete(owner);
  }
}
