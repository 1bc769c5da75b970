import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where the credentials come from. `none`: nobody configured a cluster, as opposed to configured it wrongly. */
export type KubeconfigSource =
  | { readonly source: 'flag' | 'env' | 'home'; readonly files: readonly string[] }
  | { readonly source: 'in-cluster'; readonly directory: string; readonly server: string }
  | { readonly source: 'none' };

/** Where Kubernetes mounts the service account of a Pod. */
export const SERVICE_ACCOUNT_DIR = '/var/run/secrets/kubernetes.io/serviceaccount';

export type KubeconfigSearch = {
  /** `--kubeconfig`. */
  readonly flag?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Home directory, undefined when there is none. */
  readonly home?: string;
  readonly serviceAccountDir?: string;
};

/**
 * Answers which source wins, in kubectl's order: the flag, `$KUBECONFIG`, `~/.kube/config`, the service account.
 * It only looks whether files exist; a named file that is missing or broken still wins, and fails when read.
 */
export function findKubeconfig({
  flag,
  env,
  home,
  serviceAccountDir = SERVICE_ACCOUNT_DIR,
}: KubeconfigSearch): KubeconfigSource {
  if (flag !== undefined) return { source: 'flag', files: [flag] };

  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  if (listed.length > 0) return { source: 'env', files: listed };

  const inHome = home ? join(home, '.kube', 'config') : undefined;
  if (inHome && existsSync(inHome)) return { source: 'home', files: [inHome] };

  const host = env['KUBERNETES_SERVICE_HOST'];
  const port = env['KUBERNETES_SERVICE_PORT'];
  if (host && port && existsSync(join(serviceAccountDir, 'token'))) {
    const bracketed = host.includes(':') ? `[${host}]` : host;
    return { source: 'in-cluster', directory: serviceAccountDir, server: `https://${bracketed}:${port}` };
  }
  return { source: 'none' };
}
