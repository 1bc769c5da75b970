import type { Wire } from './to-model/wire.ts';

/** One named entry and the directory its relative paths start from. */
export type Entry = { readonly value: Wire; readonly directory: string };

export type ParsedKubeconfig = {
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
  readonly contexts: ReadonlyMap<string, Entry>;
  readonly currentContext?: string;
};

/**
 * Merges as kubectl does (client-go tools/clientcmd/loader.go): of two equal names the first file's wins,
 * and so does the first `current-context` that is set.
 */
export function mergeKubeconfigs(files: readonly ParsedKubeconfig[]): ParsedKubeconfig {
  const merge = (part: 'clusters' | 'users' | 'contexts') =>
    new Map(files.toReversed().flatMap((file) => [...file[part]]));
  return {
    clusters: merge('clusters'),
    users: merge('users'),
    contexts: merge('contexts'),
    currentContext: files.map(({ currentContext }) => currentContext).find((name) => name !== undefined),
  };
}
