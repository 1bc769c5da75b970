import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ContextConfig } from './context-config.ts';
import { credentialFile } from './credential-file.ts';
import type { KubeconfigSource } from './find-kubeconfig.ts';
import { KubeconfigError } from './kubeconfig-error.ts';
import { readKubeconfigFile } from './kubeconfig-file.ts';
import { mergeKubeconfigs } from './kubeconfig-merge.ts';
import { resolveContext } from './resolve-context.ts';
import { optionalText } from './to-model/wire.ts';

export type Kubeconfig = {
  readonly contexts: readonly { readonly name: string; readonly cluster: string }[];
  readonly currentContext?: string;
  /** @throws KubeconfigError when the context, its cluster or user is missing or unusable. */
  resolve(context?: string): ContextConfig;
};

/** The name of the only context of a service account. */
const IN_CLUSTER = 'in-cluster';

/** Reads a kubeconfig or a service account. @throws KubeconfigError with one clear sentence. */
export function readKubeconfig(source: Exclude<KubeconfigSource, { source: 'none' }>): Kubeconfig {
  if (source.source === 'in-cluster') return serviceAccountConfig(source);
  // kubectl ignores missing files of the $KUBECONFIG list; a list of which nothing exists is a mistake.
  const files = source.source === 'env' ? source.files.filter((file) => existsSync(file)) : source.files;
  if (files.length === 0) {
    throw new KubeconfigError(
      'unreadable',
      `None of the files in $KUBECONFIG exists: ${source.files.join(', ')}.`,
    );
  }
  const merged = mergeKubeconfigs(files.map((file) => readKubeconfigFile(resolve(file))));
  const label = files.join(', ');
  if (merged.contexts.size === 0)
    throw new KubeconfigError('empty', `The kubeconfig ${label} has no contexts.`);
  return {
    contexts: [...merged.contexts].map(([name, { value }]) => ({
      name,
      cluster: optionalText(value['cluster']) ?? '',
    })),
    currentContext: merged.currentContext,
    resolve: (context) => resolveContext(merged, label, context),
  };
}

function serviceAccountConfig({ directory, server }: { directory: string; server: string }): Kubeconfig {
  const namespaceFile = join(directory, 'namespace');
  const resolved = (): ContextConfig => ({
    context: IN_CLUSTER,
    namespace: existsSync(namespaceFile)
      ? readFileSync(namespaceFile, 'utf8').trim() || undefined
      : undefined,
    cluster: {
      name: IN_CLUSTER,
      server,
      ca: { file: credentialFile('ca.crt', directory, 'certificate authority file') },
      insecureTls: false,
    },
    user: { name: 'service account', tokenFile: credentialFile('token', directory, 'token file') },
  });
  return {
    contexts: [{ name: IN_CLUSTER, cluster: IN_CLUSTER }],
    currentContext: IN_CLUSTER,
    resolve: (context) => {
      if (context !== undefined && context !== IN_CLUSTER) {
        throw new KubeconfigError(
          'unknown_context',
          `There is no context "${context}": inside a cluster there is only "${IN_CLUSTER}".`,
        );
      }
      return resolved();
    },
  };
}
