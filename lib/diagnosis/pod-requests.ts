import type { PodSpec } from '#lib/model/pod-template.ts';
import { parseQuantity } from './quantity.ts';

/**
 * What a pod requests of a resource, in its base unit. App containers and sidecars run together; an init container only
 * counts where it is larger.
 * https://github.com/kubernetes/component-helpers/blob/v0.35.4/resource/helpers.go
 */
export function podRequests({ containers }: Pick<PodSpec, 'containers'>, resource: string): number {
  const of = (roles: readonly string[]) =>
    containers
      .filter(({ role }) => roles.includes(role))
      .map(({ resources }) => parseQuantity(resources.requests[resource] ?? '') ?? 0);
  const together = of(['app', 'sidecar']).reduce((sum, value) => sum + value, 0);
  return Math.max(together, ...of(['init']));
}
