import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { ReplicaSet } from '#lib/model/workload.ts';

/** "Scaled up replica set web-1 from 0 to 1"; older versions leave out what it was before. */
const SCALED = /^Scaled (up|down) replica set (\S+)(?: from \d+)? to (\d+)/;

export type RolloutTraces = {
  /** All ReplicaSets of the Deployment. */
  readonly replicaSets: readonly ReplicaSet[];
  readonly events: readonly KubeEvent[];
  readonly pods: readonly Pod[];
};

/**
 * When the current ReplicaSet became so (epoch ms). One that got its number with its creation: then. One that was rolled
 * back to keeps its creation time and no object says when it was called again: the events of the Deployment's controller do, for
 * an hour; later the oldest of its pods, which is right until all of them were replaced. `undefined`: not known.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/deployment/sync.go (scaleReplicaSet)
 */
export function rolledOutAt(current: ReplicaSet, traces: RolloutTraces): number | undefined {
  if (!current.pastRevisions?.length) return current.meta.createdAt;
  // Before another one was made, or it was last scaled to nothing, it was current in an earlier life.
  const others = traces.replicaSets.filter(({ meta }) => meta.uid !== current.meta.uid);
  const scalings = traces.events.flatMap((event) => scalingOf(event, current.meta.name));
  const earliest = Math.max(
    current.meta.createdAt,
    ...others.map(({ meta }) => meta.createdAt),
    ...scalings.filter(({ to }) => to === 0).map(({ at }) => at),
  );
  const inThisLife = (times: readonly number[]) => times.filter((at) => at >= earliest);
  const calls = inThisLife(scalings.filter(({ up }) => up).map(({ at }) => at));
  const births = inThisLife(
    traces.pods.filter(({ meta }) => meta.owner?.uid === current.meta.uid).map(({ meta }) => meta.createdAt),
  );
  const known = [...calls, ...births];
  return known.length > 0 ? Math.min(...known) : undefined;
}

function scalingOf(
  { reason, message, lastAt }: KubeEvent,
  name: string,
): { readonly up: boolean; readonly to: number; readonly at: number }[] {
  const scaled = reason === 'ScalingReplicaSet' ? SCALED.exec(message) : null;
  return scaled?.[2] === name ? [{ up: scaled[1] === 'up', to: Number(scaled[3]), at: lastAt }] : [];
}
