import type { KubeconfigSource } from '#lib/kube/find-kubeconfig.ts';
import type { Credentials } from '#lib/server/start-options.ts';
import type { CliOptions } from './options.ts';

export type SourceChoice =
  | { readonly kind: 'cluster'; readonly credentials: Credentials }
  | { readonly kind: 'sandbox'; readonly because: 'asked' | 'nothing found' }
  | { readonly kind: 'error'; readonly message: string };

/**
 * The sandbox never replaces a real cluster silently: it is chosen when asked, or when nothing at all points to a
 * cluster. What is found but broken is an error later, when it is read.
 */
export function chooseSource(
  options: Pick<CliOptions, 'sandbox' | 'context'>,
  found: KubeconfigSource,
): SourceChoice {
  if (options.sandbox) return { kind: 'sandbox', because: 'asked' };
  if (found.source !== 'none') return { kind: 'cluster', credentials: found };
  if (options.context !== undefined) {
    return { kind: 'error', message: `--context ${options.context} needs a kubeconfig, and none was found` };
  }
  return { kind: 'sandbox', because: 'nothing found' };
}
