import type { LogTail } from '#lib/contract/incident-view.ts';
import type { ContainerStatus, Pod } from '#lib/model/pod.ts';
import { toLine } from '#lib/server/cluster/log-tails.ts';

/** As many as the live product keeps of a container. */
const LINES = 60;

/** Logs given by name: `pod/container` or `namespace/pod/container`. */
export type GivenLogs = ReadonlyMap<string, string>;

/** Log tails from files, as `kubectl logs [--previous]` printed them; with or without timestamps. */
export function offlineLogs(given: GivenLogs): {
  get(pod: Pod, status: ContainerStatus): LogTail | undefined;
} {
  return {
    get: ({ meta }, status) => {
      const name = `${meta.name}/${status.name}`;
      const text = given.get(`${meta.namespace}/${name}`) ?? given.get(name);
      if (text === undefined) return undefined;
      const lines = text.replace(/\n$/, '').split(/\r?\n/).slice(-LINES).map(toLine);
      const crash = status.lastTermination ? { crash: status.restartCount } : {};
      return {
        pod: meta.name,
        container: status.name,
        previous: status.lastTermination !== undefined,
        ...crash,
        lines,
      };
    },
  };
}
