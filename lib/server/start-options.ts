/** Where the cluster comes from. A kubeconfig may be several files, merged like kubectl does. */
export type ClusterSource =
  | { readonly kind: 'kubeconfig'; readonly paths: readonly string[]; readonly context: string | undefined }
  | { readonly kind: 'in-cluster' }
  | { readonly kind: 'sandbox'; readonly paths: readonly [string]; readonly scenarios: readonly string[] };

/** Everything the command line decided that the runtime needs. */
export type StartOptions = {
  readonly source: ClusterSource;
  /** Watch one namespace instead of all. */
  readonly namespace: string | undefined;
  readonly readOnly: boolean;
  readonly version: string;
  /** Aborted when the process is asked to stop: close watches, end streams. */
  readonly shutdown: AbortSignal;
};
