import type { Incident } from '#lib/model/incident.ts';
import type { FailureFamily } from '#lib/model/problem.ts';
import type { IncidentChange } from './incident-engine.ts';

/** How many pods fail, and how many in each family; a pod in two incidents is one unhealthy pod. */
export type UnhealthyPods = {
  readonly unhealthyPods: number;
  readonly byFamily: Partial<Record<FailureFamily, number>>;
};

/** The unhealthy pods of all incidents, kept by adding and taking away what changed. */
export class UnhealthyCounts {
  readonly #incidentsOfPod = new Map<string, number>();
  readonly #byFamily = new Map<FailureFamily, number>();

  apply({ before, after }: IncidentChange): void {
    if (before === after) return;
    if (before) this.#add(before, -1);
    if (after) this.#add(after, 1);
  }

  current(): UnhealthyPods {
    return {
      unhealthyPods: this.#incidentsOfPod.size,
      byFamily: Object.fromEntries(this.#byFamily),
    };
  }

  #add(incident: Incident, by: 1 | -1): void {
    const pods = failingPods(incident);
    shift(this.#byFamily, incident.family, pods.size * by);
    for (const uid of pods) shift(this.#incidentsOfPod, uid, by);
  }
}

/** What runs again is remembered in its incident for a while, and is not unhealthy. */
const failingPods = ({ problems }: Incident): ReadonlySet<string> =>
  new Set(
    problems.flatMap(({ pod, stableSinceAt }) => (pod && stableSinceAt === undefined ? [pod.uid] : [])),
  );

/** Nothing is kept of what is at zero. */
function shift<K>(counts: Map<K, number>, key: K, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
