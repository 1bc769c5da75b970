import type { Wire } from './to-model/wire.ts';

/** A file, or bytes written into the kubeconfig itself. */
export type Material = { readonly file: string } | { readonly data: Buffer };

export type ExecPlugin = {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly installHint?: string;
  readonly provideClusterInfo: boolean;
  readonly interactiveMode: string;
};

/** How a user proves who they are. `authProvider` is the legacy block (oidc), left to client-node. */
export type UserConfig = {
  readonly name: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly basic?: { readonly username: string; readonly password: string };
  readonly certificate?: { readonly cert: Material; readonly key: Material };
  readonly exec?: ExecPlugin;
  readonly authProvider?: Wire;
};

export type ClusterConfig = {
  readonly name: string;
  /** Without a trailing slash; may carry a path prefix. */
  readonly server: string;
  readonly ca?: Material;
  readonly tlsServerName?: string;
  readonly insecureTls: boolean;
  readonly proxyUrl?: string;
};

/** One context, everything resolved: what a connection is made from. */
export type ContextConfig = {
  readonly context: string;
  readonly namespace?: string;
  readonly cluster: ClusterConfig;
  readonly user: UserConfig;
};
