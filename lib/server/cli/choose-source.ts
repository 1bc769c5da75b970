import type { CliOptions } from './options.ts';

/** What exists on this machine. Gathered by `main.ts`, so that the decision stays a table. */
export type Surroundings = {
  /** $KUBECONFIG, split into paths; empty when unset or empty. */
  readonly envPaths: readonly string[];
  /** Those of `envPaths` that exist. Like kubectl, missing ones among several are passed over. */
  readonly existingEnvPaths: readonly string[];
  /** ~/.kube/config; undefined when there is no home directory. */
  readonly homePath: string | undefined;
  readonly homeExists: boolean;
  /** A service account is mounted and KUBERNETES_SERVICE_HOST is set. */
  readonly inCluster: boolean;
};

export type SourceChoice =
  | { readonly kind: 'kubeconfig'; readonly paths: readonly string[]; readonly from: string }
  | { readonly kind: 'in-cluster' }
  | { readonly kind: 'sandbox'; readonly because: 'asked' | 'nothing found' }
  | { readonly kind: 'error'; readonly message: string };

/**
 * The sandbox never replaces a real cluster silently: it is chosen when asked, or when nothing at all points to a
 * cluster. The order is client-go's (tools/clientcmd/loader.go): flag, $KUBECONFIG, ~/.kube/config, service account.
 */
export function chooseSource(
  options: Pick<CliOptions, 'sandbox' | 'kubeconfig' | 'context'>,
  around: Surroundings,
): SourceChoice {
  if (options.sandbox) return { kind: 'sandbox', because: 'asked' };
  if (options.kubeconfig !== undefined) {
    return { kind: 'kubeconfig', paths: [options.kubeconfig], from: '--kubeconfig' };
  }
  if (around.envPaths.length > 0) {
    return around.existingEnvPaths.length > 0
      ? { kind: 'kubeconfig', paths: around.existingEnvPaths, from: '$KUBECONFIG' }
      : {
          kind: 'error',
          message: `$KUBECONFIG names ${around.envPaths.join(' and ')}, which does not exist`,
        };
  }
  if (around.homeExists && around.homePath !== undefined) {
    return { kind: 'kubeconfig', paths: [around.homePath], from: '~/.kube/config' };
  }
  if (options.context !== undefined) {
    return { kind: 'error', message: `--context ${options.context} needs a kubeconfig, and none was found` };
  }
  return around.inCluster ? { kind: 'in-cluster' } : { kind: 'sandbox', because: 'nothing found' };
}
