import type { Pod } from '#lib/sandbox/client/objects.ts';
import { isTerminating } from '#lib/sandbox/controllers/pod-facts.ts';
import { wantedOn } from './daemon-pod.ts';
import { isAvailableIn, isUpdated, limits, wantingNodes, type Changes, type Daemons } from './daemons.ts';

/** The Pods of one node that are not going; undefined with more than one of a kind: managing comes first. */
type OnNode = { readonly node: string; readonly fresh?: Pod; readonly old?: Pod; readonly excess: boolean };

/** Which old Pods give way now (daemon/update.go, rollingUpdate). Nothing unless the strategy is RollingUpdate. */
export function rollingUpdate(daemons: Daemons): Changes {
  const { daemonSet } = daemons;
  if ((daemonSet.spec.updateStrategy?.type ?? 'RollingUpdate') !== 'RollingUpdate')
    return { create: [], remove: [] };
  const wanting = wantingNodes(daemons).map(({ metadata }) => metadata.name);
  const { maxSurge, maxUnavailable } = limits(daemonSet, wanting.length);
  const names = [...new Set([...daemons.byNode.keys(), ...wanting])].sort();
  const onNodes = names.map((node) => stateOf(daemons, node));
  return maxSurge === 0
    ? replaced(daemons, onNodes, maxUnavailable)
    : surged(daemons, onNodes, { maxSurge, desired: wanting.length });
}

function stateOf({ byNode, revision }: Daemons, node: string): OnNode {
  const pods = (byNode.get(node) ?? []).filter((pod) => !isTerminating(pod));
  const fresh = pods.filter((pod) => isUpdated(pod, revision));
  const old = pods.filter((pod) => !isUpdated(pod, revision));
  const excess = fresh.length > 1 || old.length > 1;
  return { node, fresh: fresh[0], old: old[0], excess };
}

/** Without surge: old Pods that do not serve anyway, and as many others as maxUnavailable leaves. */
function replaced(daemons: Daemons, onNodes: readonly OnNode[], maxUnavailable: number): Changes {
  const free: Pod[] = [];
  const candidates: Pod[] = [];
  let unavailable = 0;
  for (const { fresh, old, excess } of onNodes) {
    if (excess || (fresh === undefined) === (old === undefined)) unavailable += 1;
    else if (fresh) unavailable += isAvailableIn(daemons, fresh) ? 0 : 1;
    else if (old && !isAvailableIn(daemons, old)) {
      free.push(old);
      unavailable += 1;
    } else if (old && unavailable < maxUnavailable) candidates.push(old);
  }
  const left = Math.max(0, maxUnavailable - unavailable);
  return { create: [], remove: [...free, ...candidates.slice(0, left)] };
}

/** With surge: new Pods beside at most maxSurge old ones; an old one goes when its successor is available. */
function surged(
  daemons: Daemons,
  onNodes: readonly OnNode[],
  { maxSurge, desired }: { maxSurge: number; desired: number },
): Changes {
  const remove: Pod[] = [];
  const sunset: Pod[] = [];
  const free: string[] = [];
  const candidates: string[] = [];
  let surging = 0;
  let available = 0;
  for (const { node, fresh, old, excess } of onNodes) {
    if (excess) {
      surging += 1;
      continue;
    }
    const counted = old ?? fresh;
    if (counted && isAvailableIn(daemons, counted)) available += 1;
    if (!old) continue;
    if (fresh) {
      if (isAvailableIn(daemons, fresh)) remove.push(old);
      else surging += 1;
      continue;
    }
    const home = daemons.nodes.find(({ metadata }) => metadata.name === node);
    const runs = home !== undefined && wantedOn(daemons.daemonSet, home).run;
    if (!isAvailableIn(daemons, old)) {
      if (runs) free.push(node);
      else remove.push(old);
    } else if (!runs) sunset.push(old);
    else if (surging < maxSurge) candidates.push(node);
  }
  remove.push(...sunset.slice(0, Math.max(0, available - desired)));
  return { create: [...free, ...candidates.slice(0, Math.max(0, maxSurge - surging))], remove };
}
