import { isLoopbackHost } from '#lib/server/security/allowed-hosts.ts';
import type { CliOptions } from './options.ts';

/**
 * Decides whether this process may be reached from outside this machine. There are no logins yet: whoever reaches it
 * acts with the engineer's credentials. Answers the reason not to start, or whether changes are refused.
 */
export function exposure(
  options: Pick<CliOptions, 'host' | 'insecureNoAuth' | 'readOnly'>,
  inCluster: boolean,
): { readonly refusal: string } | { readonly readOnly: boolean; readonly exposed: boolean } {
  const beyond = !isLoopbackHost(options.host);
  const exposed = beyond || inCluster;
  if (exposed && !options.insecureNoAuth) {
    const what = beyond ? `--host ${options.host}` : 'running inside a cluster';
    return {
      refusal: `${what} lets others reach the dashboard without a login; accept that with --insecure-no-auth (it is then read-only)`,
    };
  }
  return { readOnly: options.readOnly || exposed, exposed };
}
