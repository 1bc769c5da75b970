import type { Condition, KubeObject, LabelSelector, ObjectReference } from './objects.ts';

export type PodDisruptionBudget = KubeObject & {
  readonly spec: {
    readonly minAvailable?: number | string;
    readonly maxUnavailable?: number | string;
    readonly selector?: LabelSelector;
    readonly unhealthyPodEvictionPolicy?: string;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly currentHealthy?: number;
    readonly desiredHealthy?: number;
    readonly disruptionsAllowed?: number;
    readonly expectedPods?: number;
    /** When the eviction of each pod was granted; the controller forgets it as the pod goes. */
    readonly disruptedPods?: Readonly<Record<string, string>>;
    readonly conditions?: readonly Condition[];
  };
};

export type EndpointAddress = {
  readonly ip: string;
  readonly nodeName?: string;
  readonly targetRef?: Partial<ObjectReference>;
};
export type EndpointSubset = {
  readonly addresses?: readonly EndpointAddress[];
  readonly notReadyAddresses?: readonly EndpointAddress[];
  readonly ports?: readonly { readonly name?: string; readonly port: number; readonly protocol: string }[];
};
/** The older view of a Service's pods, still written beside EndpointSlices. */
export type Endpoints = KubeObject & { readonly subsets?: readonly EndpointSubset[] };
