import type { Pod } from '#lib/model/pod.ts';

export const restartsOf = (pods: readonly Pod[]): number =>
  pods
    .flatMap((pod) => [...pod.initStatuses, ...pod.statuses])
    .reduce((sum, status) => sum + status.restartCount, 0);
