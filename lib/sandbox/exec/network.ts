import type { Journal } from '#lib/sandbox/apiserver/journal.ts';
import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import {
  isArray,
  numberAt,
  objectAt,
  objectsAt,
  stringAt,
  valueAt,
} from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { ContainerLogs } from '#lib/sandbox/logs.ts';
import { CLUSTER_DOMAIN } from './container-files.ts';
import { hostnameOf } from './container-view.ts';

export type Resolved = { readonly name: string; readonly addresses: readonly string[] };

/** What came of a connection. `answers` without a status is a server that speaks something else than HTTP. */
export type Connected =
  | { readonly kind: 'answers'; readonly status?: number }
  | { readonly kind: 'refused' }
  | { readonly kind: 'hangs' };

const ADDRESS = /^\d+\.\d+\.\d+\.\d+$/;

/** The cluster's DNS and pod network, as one Pod sees them. */
export class PodNetwork {
  readonly #journal: Journal;
  readonly #logs: ContainerLogs;
  readonly #now: () => number;
  readonly #pod: KubeObject;

  constructor({
    journal,
    logs,
    now,
    pod,
  }: {
    journal: Journal;
    logs: ContainerLogs;
    now: () => number;
    pod: KubeObject;
  }) {
    this.#journal = journal;
    this.#logs = logs;
    this.#now = now;
    this.#pod = pod;
  }

  /** As programs look names up: addresses, /etc/hosts, then DNS. */
  resolve(name: string): Resolved | undefined {
    if (ADDRESS.test(name)) return { name, addresses: [name] };
    if (name === 'localhost') return { name, addresses: ['127.0.0.1'] };
    if (name === hostnameOf(this.#pod)) {
      return { name, addresses: [stringAt(this.#pod, 'status', 'podIP') ?? ''] };
    }
    return this.lookup(name);
  }

  /** A name by the search list of /etc/resolv.conf (ndots:5); undefined for NXDOMAIN. */
  lookup(name: string): Resolved | undefined {
    const namespace = this.#pod.metadata.namespace ?? '';
    const suffixes = [`.${namespace}.svc.${CLUSTER_DOMAIN}`, `.svc.${CLUSTER_DOMAIN}`, `.${CLUSTER_DOMAIN}`];
    const candidates = name.endsWith('.')
      ? [name.slice(0, -1)]
      : [...suffixes.map((suffix) => name + suffix), name];
    for (const candidate of candidates) {
      const addresses = this.#record(candidate);
      if (addresses) return { name: candidate, addresses };
    }
    return undefined;
  }

  /** The DNS records of Services: `name.namespace.svc.cluster.local`, and `pod.name.…` for headless ones. */
  #record(name: string): readonly string[] | undefined {
    const end = `.svc.${CLUSTER_DOMAIN}`;
    if (!name.endsWith(end)) return undefined;
    const parts = name.slice(0, -end.length).split('.');
    const [host, service = '', namespace = ''] = parts.length === 3 ? parts : [undefined, ...parts];
    const found = parts.length > 3 ? undefined : this.#journal.get('services', namespace, service);
    if (!found) return undefined;
    const clusterIp = stringAt(found, 'spec', 'clusterIP') ?? 'None';
    if (host === undefined && clusterIp !== 'None') return [clusterIp];
    const endpoints = this.#slices(found).flatMap((slice) => objectsAt(slice, 'endpoints'));
    const chosen = endpoints
      .filter(isReady)
      .filter(
        (endpoint) =>
          host === undefined ||
          stringAt(endpoint, 'hostname') === host ||
          stringAt(endpoint, 'targetRef', 'name') === host,
      );
    const addresses = chosen.flatMap(addressesOf);
    return addresses.length === 0 ? undefined : addresses;
  }

  /** Asks `address:port` for `path`; the address of a Service leads to one of its ready endpoints. */
  connect(address: string, port: number, path: string): Connected {
    if (address.startsWith('127.')) return this.#connectTo(this.#pod, { port, path, isLocal: true });
    const service = this.#journal
      .list('services')
      .find((each) => stringAt(each, 'spec', 'clusterIP') === address);
    if (service) return this.#connectToService(service, port, path);
    const pod = this.#journal.list('pods').find((each) => stringAt(each, 'status', 'podIP') === address);
    return pod ? this.#connectTo(pod, { port, path, isLocal: false }) : { kind: 'hangs' };
  }

  #connectToService(service: KubeObject, port: number, path: string): Connected {
    if (service.metadata.name === 'kubernetes' && service.metadata.namespace === 'default') {
      return port === 443 ? { kind: 'answers', status: 401 } : { kind: 'hangs' };
    }
    const entry = objectsAt(service, 'spec', 'ports').find((each) => each.port === port);
    // kube-proxy has a rule per port; everything else at a Service's address goes nowhere.
    if (!entry) return { kind: 'hangs' };
    for (const slice of this.#slices(service)) {
      const endpoint = objectsAt(slice, 'endpoints').find(isReady);
      const target = objectsAt(slice, 'ports').find(({ name = '' }) => name === (entry.name ?? ''));
      const targetPort = numberAt(target, 'port');
      if (!endpoint || targetPort === undefined) continue;
      return this.connect(addressesOf(endpoint)[0] ?? '', targetPort, path);
    }
    return { kind: 'refused' };
  }

  #slices({ metadata }: KubeObject): readonly KubeObject[] {
    return this.#journal
      .list('endpointslices.discovery.k8s.io', metadata.namespace)
      .filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === metadata.name);
  }

  #connectTo(
    pod: KubeObject,
    { port, path, isLocal }: { port: number; path: string; isLocal: boolean },
  ): Connected {
    for (const status of objectsAt(pod, 'status', 'containerStatuses')) {
      const running = this.#logs.running(
        pod.metadata.uid,
        stringAt(status, 'name') ?? '',
        stringAt(status, 'containerID') ?? '',
      );
      if (!running) continue;
      const elapsed = this.#now() - running.startedAt;
      const listener = running.run.listeners.find(
        (each) => each.port === port && each.fromMs <= elapsed && (isLocal || each.localOnly !== true),
      );
      if (!listener) continue;
      if (!listener.http) return { kind: 'answers' };
      const answer = listener.http(path, elapsed);
      if (answer === 'closes') return { kind: 'refused' };
      return answer === 'hangs' ? { kind: 'hangs' } : { kind: 'answers', status: answer };
    }
    return { kind: 'refused' };
  }
}

function isReady(endpoint: JsonObject): boolean {
  return objectAt(endpoint, 'conditions').ready !== false;
}

function addressesOf(endpoint: JsonObject): readonly string[] {
  const addresses = valueAt(endpoint, 'addresses');
  return isArray(addresses) ? addresses.filter((address) => typeof address === 'string') : [];
}
