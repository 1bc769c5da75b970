import type { ListMeta } from './decoder.ts';
import type { ListWatch } from './list-watch.ts';
import { isExpired } from './reflector-policy.ts';

/** Pages of this size block the event loop for about 30 ms at most, and cost no more than larger ones. */
const PAGE_SIZE = 250;

/**
 * Reads all pages into one consistent set. A page token that expired (410) starts over, first paged, then
 * unpaged as client-go's pager does: two snapshots are never mixed.
 */
export async function listAll<T>(
  listWatch: ListWatch<T>,
  signal: AbortSignal,
): Promise<{ objects: readonly T[]; meta: ListMeta }> {
  for (const limit of [PAGE_SIZE, PAGE_SIZE]) {
    try {
      return await listPages(listWatch, { limit, signal });
    } catch (error) {
      if (!isExpired(error)) throw error;
    }
  }
  return listPages(listWatch, { signal });
}

async function listPages<T>(
  listWatch: ListWatch<T>,
  { limit, signal }: { limit?: number; signal: AbortSignal },
): Promise<{ objects: readonly T[]; meta: ListMeta }> {
  const objects: T[] = [];
  const collect = (object: T) => objects.push(object);
  const first = await listWatch.list({ limit, signal }, collect);
  for (let token = first.continue; token !== undefined;) {
    token = (await listWatch.list({ limit, continue: token, signal }, collect)).continue;
  }
  // All pages carry the version of the first; were they not to, the oldest loses nothing.
  return { objects, meta: first };
}
