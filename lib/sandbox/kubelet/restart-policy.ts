import type { Pod } from '#lib/sandbox/client/objects.ts';
import type { ContainerRecord } from './record.ts';

/** Whether a container that ended with `exitCode` is started again (pkg/api/v1/pod/util.go, ContainerShouldRestart). */
export function restartsAfter({ spec, role }: ContainerRecord, pod: Pod, exitCode: number): boolean {
  if (role === 'sidecar') return true;
  if (role === 'ephemeral') return false;
  const policy = spec.restartPolicy ?? pod.spec.restartPolicy ?? 'Always';
  if (policy === 'Never') return false;
  return exitCode !== 0 || (policy === 'Always' && role === 'main');
}

/** Whether the next sync would start it (kubelet/container/helpers.go, ShouldContainerBeRestarted). */
export function shouldStart(record: ContainerRecord, pod: Pod): boolean {
  if (pod.metadata.deletionTimestamp) return false;
  const { kind } = record.instance;
  if (kind === 'none') return true;
  return kind === 'exited' && restartsAfter(record, pod, record.latestExit?.exitCode ?? 0);
}
