import type { Resource } from '#lib/sandbox/apiserver/resources.ts';
import { hasSubresource } from '#lib/sandbox/apiserver/resources.ts';
import type { Json, JsonObject } from './json.ts';
import { objectAt, objectsAt } from './json.ts';

type Birth = {
  /** What the client sent, and what became of it. */
  readonly sent: JsonObject;
  readonly object: JsonObject;
  /** RFC 3339. */
  readonly at: string;
};

/** Status of a new object where it is not simply empty (each registry's strategy, PrepareForCreate). */
const INITIAL: Readonly<Record<string, (birth: Birth) => Json | undefined>> = {
  Namespace: () => ({ phase: 'Active' }),
  // The kubelet registers its node together with its status.
  Node: ({ sent }) => sent.status ?? {},
  HorizontalPodAutoscaler: () => ({ currentMetrics: null, desiredReplicas: 0 }),
  PersistentVolume: ({ at }) => ({ phase: 'Pending', lastPhaseTransitionTime: at }),
  PersistentVolumeClaim: () => ({ phase: 'Pending' }),
  Pod: ({ object: pod }) => ({ phase: 'Pending', qosClass: qosClass(pod), ...gatedCondition(pod) }),
  PodDisruptionBudget: () => ({
    currentHealthy: 0,
    desiredHealthy: 0,
    disruptionsAllowed: 0,
    expectedPods: 0,
  }),
  VolumeAttachment: () => ({ attached: false }),
  Service: () => ({ loadBalancer: {} }),
};

/** Clients cannot create an object with a status of their choice. Undefined for kinds without one. */
export function initialStatus(resource: Resource, birth: Birth): Json | undefined {
  const initial = INITIAL[resource.kind];
  if (initial) return initial(birth);
  return hasSubresource(resource, 'status') ? {} : birth.sent.status;
}

/** Said by the server itself; no scheduler looks at such a pod (registry/core/pod/strategy.go). */
function gatedCondition(pod: JsonObject): JsonObject {
  if (objectsAt(pod, 'spec', 'schedulingGates').length === 0) return {};
  const message = 'Scheduling is blocked due to non-empty scheduling gates';
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'SchedulingGated',
    message,
    lastProbeTime: null,
    lastTransitionTime: null,
  };
  return { conditions: [condition] };
}

const COMPUTE = ['cpu', 'memory'];

/** kubernetes/pkg/apis/core/v1/helper/qos: Guaranteed when every container limits both resources and requests the same. */
export function qosClass(pod: JsonObject): string {
  const containers = [...objectsAt(pod, 'spec', 'containers'), ...objectsAt(pod, 'spec', 'initContainers')];
  const amounts = containers.map((container) => ({
    requests: objectAt(container, 'resources', 'requests'),
    limits: objectAt(container, 'resources', 'limits'),
  }));
  const isBestEffort = amounts.every(({ requests, limits }) =>
    COMPUTE.every((name) => requests[name] === undefined && limits[name] === undefined),
  );
  if (isBestEffort) return 'BestEffort';
  const isGuaranteed = amounts.every(({ requests, limits }) =>
    COMPUTE.every((name) => limits[name] !== undefined && (requests[name] ?? limits[name]) === limits[name]),
  );
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}
