import type { Condition, ObjectMeta } from './object-meta.ts';

export type Taint = { readonly key: string; readonly value: string; readonly effect: string };

export type KubeNode = {
  readonly kind: 'Node';
  readonly meta: ObjectMeta;
  readonly unschedulable: boolean;
  readonly taints: readonly Taint[];
  readonly allocatable: Readonly<Record<string, string>>;
  readonly conditions: readonly Condition[];
  /** e.g. "v1.35.7"; decides the lateness window of a back-off. */
  readonly kubeletVersion: string;
  readonly architecture: string;
  readonly containerRuntime: string;
  /** Whose machine it is: "aws:///eu-west-1a/i-0abc", "kind://docker/kind/kind-worker"; empty when nobody says. */
  readonly providerId: string;
};
