import type { ContainerSpec, Pod } from '#lib/sandbox/client/objects.ts';
import type { ImageUser } from './record.ts';
import { podLabel } from './sync.ts';

/**
 * Why a container that must not run as root cannot be created
 * (https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/kubelet/kuberuntime/security_context_others.go).
 */
export function nonRootViolation(pod: Pod, container: ContainerSpec, user: ImageUser): string | undefined {
  const own = container.securityContext ?? {};
  const shared = pod.spec.securityContext ?? {};
  if (!(own.runAsNonRoot ?? shared.runAsNonRoot)) return undefined;
  const where = `(pod: "${podLabel(pod)}", container: ${container.name})`;
  const asUser = own.runAsUser ?? shared.runAsUser;
  if (asUser !== undefined) {
    return asUser === 0 ? `container's runAsUser breaks non-root policy ${where}` : undefined;
  }
  if (user.uid === undefined && user.name !== undefined) {
    return `container has runAsNonRoot and image has non-numeric user (${user.name}), cannot verify user is non-root ${where}`;
  }
  return (user.uid ?? 0) === 0 ? `container has runAsNonRoot and image will run as root ${where}` : undefined;
}
