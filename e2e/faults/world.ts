import type { Clock } from '#lib/kube/clock.ts';
import { KIND_NAMES, type KindName } from '#lib/kube/kinds.ts';
import { createApiServer, type ApiServer } from '#lib/sandbox/apiserver/api-server.ts';
import type { Journal } from '#lib/sandbox/apiserver/journal.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { timestamp } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { Random } from '#lib/sandbox/random.ts';

/** Apiversion, kind and storage key of what the product watches. */
const RESOURCES: Readonly<Record<KindName, readonly [apiVersion: string, kind: string, storage: string]>> = {
  pods: ['v1', 'Pod', 'pods'],
  events: ['v1', 'Event', 'events'],
  nodes: ['v1', 'Node', 'nodes'],
  deployments: ['apps/v1', 'Deployment', 'deployments.apps'],
  replicasets: ['apps/v1', 'ReplicaSet', 'replicasets.apps'],
  statefulsets: ['apps/v1', 'StatefulSet', 'statefulsets.apps'],
  daemonsets: ['apps/v1', 'DaemonSet', 'daemonsets.apps'],
  controllerrevisions: ['apps/v1', 'ControllerRevision', 'controllerrevisions.apps'],
  jobs: ['batch/v1', 'Job', 'jobs.batch'],
  cronjobs: ['batch/v1', 'CronJob', 'cronjobs.batch'],
  services: ['v1', 'Service', 'services'],
  endpointslices: ['discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices.discovery.k8s.io'],
};

export type World = {
  readonly server: ApiServer;
  /** Creates, changes, deletes or re-creates one object somewhere. */
  write(): void;
  /** `uid@resourceVersion` by namespace and name, as etcd has it. */
  objects(kind: KindName): ReadonlyMap<string, string>;
};

const NAMES = ['a', 'b', 'c', 'd', 'e', 'größe-€'];

/** A sandbox API server with a few objects of every kind and somebody who keeps changing them. */
export function createWorld(clock: Clock, random: Random): World {
  const server = createApiServer({
    clock: {
      now: () => clock.now(),
      after: (delayMs, task) => {
        const cancelled = new AbortController();
        void clock.sleep(delayMs, cancelled.signal).then(() => {
          if (!cancelled.signal.aborted) task();
        });
        return () => cancelled.abort('cancelled');
      },
    },
    random: () => random.unit(),
  });
  const pick = <T>(from: readonly T[]): T => from[random.below(from.length)] as T;
  const put = (kind: KindName, name: string, uid = random.uuid()) =>
    put0(server.journal, { kind, name, uid, at: clock.now(), note: random.suffix(5) });
  for (const kind of KIND_NAMES) for (const name of NAMES.slice(0, 4)) put(kind, name);

  return {
    server,
    write() {
      const kind = pick(KIND_NAMES);
      const name = pick(NAMES);
      const { storage, namespace } = placeOf(kind);
      const existing = server.journal.get(storage, namespace, name);
      const what = random.unit();
      if (existing && what < 0.4) server.journal.remove(storage, namespace, name);
      if (what < 0.2 || what >= 0.4 || !existing)
        put(kind, name, what < 0.4 ? undefined : existing?.metadata.uid);
    },
    objects: (kind) =>
      new Map(
        server.journal
          .list(placeOf(kind).storage)
          .map(({ metadata }) => [
            `${metadata.namespace ?? ''}/${metadata.name}`,
            `${metadata.uid}@${metadata.resourceVersion}`,
          ]),
      ),
  };
}

const placeOf = (kind: KindName) => ({
  storage: RESOURCES[kind][2],
  namespace: kind === 'nodes' ? undefined : 'shop',
});

type Written = {
  readonly kind: KindName;
  readonly name: string;
  readonly uid: string;
  readonly at: number;
  readonly note: string;
};

function put0(journal: Journal, { kind, name, uid, at, note }: Written): KubeObject {
  const [apiVersion, kindName, storage] = RESOURCES[kind];
  const { namespace } = placeOf(kind);
  const time = timestamp(at);
  return journal.put(storage, {
    apiVersion,
    kind: kindName,
    metadata: { name, namespace, uid, resourceVersion: '', creationTimestamp: time, annotations: { note } },
    ...(kind === 'events'
      ? { involvedObject: { kind: 'Pod', name: 'a', namespace: 'shop' }, lastTimestamp: time, type: 'Normal' }
      : { spec: {} }),
  });
}
