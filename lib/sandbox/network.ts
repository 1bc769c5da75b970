import type { EndpointSlice, Service } from './client/service-objects.ts';
import type { Cluster } from './cluster.ts';
import type { Connection } from './programs/program.ts';

/** A Service as it was from `at` on (epoch ms); `address` is undefined while it does not exist. */
type State = {
  readonly at: number;
  readonly address?: string;
  readonly ports: readonly number[];
  readonly hasEndpoints: boolean;
};

export type Attempt = {
  readonly namespace: string;
  readonly host: string;
  readonly port: number;
  /** Epoch ms; may be in the past. */
  readonly at: number;
};

const KEPT = 200;

/**
 * What a program inside the cluster meets when it connects somewhere, now or earlier: Services and their endpoints are
 * remembered as they change, so that logs stay functions of time.
 */
export class Network {
  readonly #cluster: Pick<Cluster, 'clock' | 'informers'>;
  /** By `namespace/name`, oldest first. */
  readonly #histories = new Map<string, readonly State[]>();

  constructor(cluster: Pick<Cluster, 'clock' | 'informers'>) {
    this.#cluster = cluster;
    const { services, endpointSlices } = cluster.informers;
    services.subscribe(({ object: { metadata } }) => this.#note(metadata.namespace, metadata.name));
    endpointSlices.subscribe(({ object: { metadata } }) =>
      this.#note(metadata.namespace, metadata.labels?.['kubernetes.io/service-name'] ?? ''),
    );
  }

  /** Remembers what is there already: call it when the caches are filled. */
  start(): void {
    for (const { metadata } of this.#cluster.informers.services.list())
      this.#note(metadata.namespace, metadata.name);
  }

  connect = ({ namespace, host, port, at }: Attempt): Connection => {
    const [name = '', space = namespace, kind = 'svc', ...domain] = host.split('.');
    const isInside = kind === 'svc' && (domain.length === 0 || domain.join('.') === 'cluster.local');
    if (!isInside) return outside(host);
    const states = this.#histories.get(`${space}/${name}`) ?? [];
    const state = states.findLast((each) => each.at <= at) ?? states[0];
    if (state?.address === undefined) return outside(host);
    if (!state.ports.includes(port)) return { kind: 'times-out', address: state.address };
    return state.hasEndpoints ? { kind: 'accepted' } : { kind: 'refused', address: state.address };
  };

  #note(namespace: string | undefined, name: string): void {
    const { services, endpointSlices } = this.#cluster.informers;
    const key = `${namespace ?? ''}/${name}`;
    const service = services.get(namespace, name);
    const slices = service
      ? endpointSlices
          .list(namespace)
          .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name)
      : [];
    const next = { at: this.#cluster.clock.now(), ...stateOf(service, slices) };
    const before = this.#histories.get(key) ?? [];
    const last = before.at(-1);
    const isSame =
      last?.address === next.address &&
      last?.hasEndpoints === next.hasEndpoints &&
      String(last.ports) === String(next.ports);
    if (!isSame) this.#histories.set(key, [...before, next].slice(-KEPT));
  }
}

function stateOf(service: Service | undefined, slices: readonly EndpointSlice[]): Omit<State, 'at'> {
  if (!service) return { ports: [], hasEndpoints: false };
  const { clusterIP, ports = [] } = service.spec;
  return {
    address: clusterIP ?? '10.96.0.1',
    ports: ports.map(({ port }) => port),
    hasEndpoints: slices.some(({ endpoints }) =>
      (endpoints ?? []).some(({ conditions }) => conditions.ready),
    ),
  };
}

/** Ends of names that somebody outside may own; anything else is a Service that does not exist. */
const OUTSIDE = /\.(com|org|net|io|dev|cloud|example)$/;

/** Names outside the cluster: whatever looks like one is there, but for those that say otherwise themselves. */
function outside(host: string): Connection {
  if (!OUTSIDE.test(host)) return { kind: 'no-such-host' };
  if (host.startsWith('unreachable.')) return { kind: 'times-out', address: '203.0.113.30' };
  if (host.startsWith('refusing.')) return { kind: 'refused', address: '203.0.113.31' };
  return { kind: 'accepted' };
}
