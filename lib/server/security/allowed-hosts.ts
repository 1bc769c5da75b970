import { isIPv6 } from 'node:net';
import type { AccessPolicy } from '#lib/server/access-policy.ts';

export type HostSettings = {
  /** Address the server is bound to, as configured: `127.0.0.1`, `0.0.0.0`, `::1`. */
  readonly host: string;
  /** The port that was bound. */
  readonly port: number;
  /** Names from --allow-host: `uncrash.example.org` or `uncrash.example.org:8443`. */
  readonly allowed: readonly string[];
  /** Addresses of this machine, used when bound to a wildcard (kubelet probes address the pod's IP). */
  readonly interfaceAddresses: readonly string[];
};

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/** True for addresses that only this machine can reach. Names other than `localhost` may resolve to anything. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

export function isWildcardHost(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

const inUrl = (address: string) => (isIPv6(address) ? `[${address}]` : address);

/**
 * The exact Host and Origin values to accept. An exact list is the defence against DNS rebinding: the attacker's page
 * is same-origin with its own name, but that name never is in the list.
 */
export function allowedHosts(settings: HostSettings): Pick<AccessPolicy, 'hosts' | 'origins'> {
  const { host, port } = settings;
  const bound = isWildcardHost(host) ? settings.interfaceAddresses : [host];
  const names = [...new Set([...LOOPBACK_NAMES, ...bound.map((name) => inUrl(name.toLowerCase()))])];
  const local = names.map((name) => `${name}:${port}`);
  const extra = settings.allowed.map((name) => name.toLowerCase());
  // Browsers leave out port 80; another process cannot listen there in our place because we hold it.
  const bare = port === 80 ? names : [];
  const hosts = [...local, ...bare, ...extra];
  return {
    hosts,
    origins: [...hosts.map((name) => `http://${name}`), ...extra.map((name) => `https://${name}`)],
  };
}
