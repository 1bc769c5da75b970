import type { KindState } from '#lib/contract/cluster.ts';

/** Without controllers pods belong to nobody; but a slow kind must not hold the first rows back. */
const WAIT_FOR_OWNERS_MS = 3_000;
const OWNER_KINDS: ReadonlySet<string> = new Set([
  'replicasets',
  'deployments',
  'statefulsets',
  'daemonsets',
  'jobs',
  'cronjobs',
]);

/** The time between the first list of pods and the lists of what owns them. */
export class OwnersWait {
  #since: number | undefined;

  /** Asked once the pods are listed. `now` in epoch ms. */
  isOver(states: readonly Pick<KindState, 'kind' | 'state'>[], now: number): boolean {
    this.#since ??= now;
    if (now - this.#since >= WAIT_FOR_OWNERS_MS) return true;
    return !states.some(({ kind, state }) => OWNER_KINDS.has(kind) && state === 'syncing');
  }
}
