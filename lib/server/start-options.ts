import type { KubeconfigSource } from '#lib/kube/find-kubeconfig.ts';

/** Where credentials were found: for `readKubeconfig`. */
export type Credentials = Exclude<KubeconfigSource, { source: 'none' }>;

/** Everything the command line decided that the runtime needs. */
export type StartOptions = {
  /** The sandbox is reached through its kubeconfig, like any cluster. */
  readonly credentials: Credentials;
  /** The context shown first; undefined: the current one. It exists, and its files can be read. */
  readonly context: string | undefined;
  /** Watch these namespaces only; empty: all. */
  readonly namespaces: readonly string[];
  /** The cluster is the sandbox we started: say so on every page. */
  readonly sandbox: boolean;
  readonly readOnly: boolean;
  /** The team's own; the ConfigMap is one of the cluster shown first. */
  readonly runbooks: {
    readonly folder: string | undefined;
    readonly configMap: { readonly namespace: string; readonly name: string } | undefined;
  };
  readonly version: string;
  /** Aborted when the process is asked to stop: close watches, end streams. */
  readonly shutdown: AbortSignal;
};
