import type { PodSpec } from '#lib/sandbox/client/objects.ts';

/** Guaranteed when every container limits cpu and memory to what it requests, BestEffort when none names either. */
export function qosClass({ containers, initContainers = [] }: PodSpec): string {
  const all = [...initContainers, ...containers].map(({ resources = {} }) => resources);
  const names = ['cpu', 'memory'];
  if (
    all.every(({ requests = {}, limits = {} }) => names.every((name) => !requests[name] && !limits[name]))
  ) {
    return 'BestEffort';
  }
  const guaranteed = all.every(({ requests = {}, limits = {} }) =>
    names.every((name) => limits[name] !== undefined && (requests[name] ?? limits[name]) === limits[name]),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
