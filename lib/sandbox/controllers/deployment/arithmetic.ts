import type { Deployment } from '#lib/sandbox/client/objects.ts';

type Spec = Deployment['spec'];

/** The sizes a rollout is computed from, per ReplicaSet. */
export type Size = { readonly name: string; readonly replicas: number; readonly available: number };

function resolved(
  value: number | string | undefined,
  replicas: number,
  round: (n: number) => number,
): number {
  if (typeof value === 'number') return value;
  const percent = Number.parseFloat(value ?? '25%');
  return round((percent * replicas) / 100);
}

/** Surge rounds up, unavailable rounds down; both 0 would never move, so unavailable becomes 1. */
function fenceposts({ replicas = 1, strategy }: Spec): { surge: number; unavailable: number } {
  const { maxSurge: up, maxUnavailable: down } = strategy?.rollingUpdate ?? {};
  const surge = resolved(up, replicas, Math.ceil);
  const unavailable = resolved(down, replicas, Math.floor);
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

const isRolling = ({ strategy }: Spec) => (strategy?.type ?? 'RollingUpdate') === 'RollingUpdate';

export const maxSurge = (spec: Spec): number => (isRolling(spec) ? fenceposts(spec).surge : 0);

export function maxUnavailable(spec: Spec): number {
  const replicas = spec.replicas ?? 1;
  return !isRolling(spec) || replicas === 0 ? 0 : Math.min(fenceposts(spec).unavailable, replicas);
}

const sum = (sizes: readonly Size[], of: (size: Size) => number): number =>
  sizes.reduce((total, size) => total + of(size), 0);

/** How large the new ReplicaSet may be now: up to replicas + surge over all of them. */
export function newReplicas(spec: Spec, current: number, old: readonly Size[]): number {
  const replicas = spec.replicas ?? 1;
  if (!isRolling(spec)) return replicas;
  const room = replicas + maxSurge(spec) - current - sum(old, (size) => size.replicas);
  return room <= 0 ? current : current + Math.min(room, replicas - current);
}

/**
 * The sizes of the old ReplicaSets after this step: first replicas that are not available are dropped, then
 * as many available ones as minAvailable leaves (deployment/rolling.go). `old` is ordered oldest first.
 */
export function oldReplicas(spec: Spec, fresh: Size, old: readonly Size[]): ReadonlyMap<string, number> {
  const minAvailable = (spec.replicas ?? 1) - maxUnavailable(spec);
  const total = fresh.replicas + sum(old, (size) => size.replicas);
  const target = new Map(old.map(({ name, replicas }) => [name, replicas]));
  let budget = total - minAvailable - (fresh.replicas - fresh.available);
  if (budget <= 0) return target;
  for (const { name, replicas, available } of old) {
    const cut = Math.min(Math.max(0, budget), Math.max(0, replicas - available));
    target.set(name, replicas - cut);
    budget -= cut;
  }
  let spare = fresh.available + sum(old, (size) => size.available) - minAvailable;
  for (const { name } of old) {
    const replicas = target.get(name) ?? 0;
    const cut = Math.min(Math.max(0, spare), replicas);
    target.set(name, replicas - cut);
    spare -= cut;
  }
  return target;
}

/** A ReplicaSet with the max-replicas it was last scaled under, for proportional scaling. */
export type ScaledSize = Size & { readonly maxReplicas: number };

/**
 * Spreads a change of `spec.replicas` over the active ReplicaSets in proportion to their size, the largest
 * first, so that a rollout in progress (or paused) keeps its balance. `active` is ordered largest first.
 */
export function proportionalReplicas(spec: Spec, active: readonly ScaledSize[]): ReadonlyMap<string, number> {
  const replicas = spec.replicas ?? 1;
  const allowed = replicas > 0 ? replicas + maxSurge(spec) : 0;
  const toAdd = allowed - sum(active, (size) => size.replicas);
  let added = 0;
  const target = new Map<string, number>();
  for (const { name, replicas: size, maxReplicas } of active) {
    const share = Math.round((size * allowed) / (maxReplicas || allowed || 1)) - size;
    const left = toAdd - added;
    const proportion =
      size === 0 || toAdd === 0 ? 0 : toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
    target.set(name, size + proportion);
    added += proportion;
  }
  const first = active[0];
  if (first) target.set(first.name, Math.max(0, (target.get(first.name) ?? 0) + toAdd - added));
  return target;
}
