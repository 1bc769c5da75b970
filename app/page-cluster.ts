import { redirect } from 'next/navigation';
import { pageHref } from '#lib/client/hrefs.ts';
import { runtime } from '#lib/server/runtime.ts';
import type { ClusterRuntime } from '#lib/server/runtime.ts';

export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/**
 * The cluster a page is about. Without `?cluster=` the page moves to the current one, keeping the other parameters.
 * `undefined` when the URL names a context that does not exist here.
 */
export async function pageCluster(
  path: string,
  searchParams: SearchParams,
): Promise<ClusterRuntime | undefined> {
  const { cluster, ...rest } = await searchParams;
  const { current, clusters } = runtime().clusters();
  if (typeof cluster !== 'string') {
    const kept = Object.entries(rest).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    redirect(pageHref(path, current, Object.fromEntries(kept)));
  }
  return clusters.some(({ name }) => name === cluster) ? runtime().cluster(cluster) : undefined;
}
