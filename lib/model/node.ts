import type { Condition, ObjectMeta } from './object-meta.ts';

export type Taint = {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
  /** Known of `NoExecute` taints that the node controller added: from here on tolerations run out. */
  readonly addedAt?: number;
};

export type KubeNode = {
  readonly kind: 'Node';
  readonly meta: ObjectMeta;
  readonly unschedulable: boolean;
  readonly taints: readonly Taint[];
  /** What the machine has; `allocatable` is what it leaves to pods. */
  readonly capacity: Readonly<Record<string, string>>;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly conditions: readonly Condition[];
  /** When its kubelet last wrote the status, which it does every 5 min at least; undefined when it never did. */
  readonly reportedAt?: number;
  /** e.g. "v1.35.7"; decides the lateness window of a back-off. */
  readonly kubeletVersion: string;
  readonly architecture: string;
  readonly containerRuntime: string;
  /** Whose machine it is: "aws:///eu-west-1a/i-0abc", "kind://docker/kind/kind-worker"; empty when nobody says. */
  readonly providerId: string;
};
