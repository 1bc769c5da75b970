/** The controller that owns an object (`metadata.ownerReferences` entry with `controller: true`). */
export type OwnerRef = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
};

/**
 * What we keep of `metadata`. `managedFields` is never materialised; annotations are an allow-list
 * (see `kube/to-model/meta.ts`), because `last-applied-configuration` and friends may carry secrets.
 * Times are epoch milliseconds. `namespace` is '' for cluster-scoped objects.
 */
export type ObjectMeta = {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  /** Opaque: compare for equality only. */
  readonly resourceVersion: string;
  readonly generation: number;
  readonly createdAt: number;
  readonly deletedAt?: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly owner?: OwnerRef;
};

/** Common shape of `status.conditions[]` of every kind. */
export type Condition = {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionAt?: number;
  readonly lastUpdateAt?: number;
};
