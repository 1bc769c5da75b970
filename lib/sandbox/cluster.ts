import { Activity } from './client/activity.ts';
import { ApiClient } from './client/api-client.ts';
import { Informer } from './client/informer.ts';
import { collectionPath } from './client/kinds.ts';
import { PodsOnNodes } from './client/pods-on-nodes.ts';
import type { Kind, KindMap } from './client/objects.ts';
import type { KubeEvent } from './client/event-objects.ts';
import type { Clock } from './clock.ts';
import { EventRecorder } from './events/event-recorder.ts';
import type { Random } from './random.ts';
import type { Transport } from './transport.ts';

type Options = {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly rootCa?: string;
  /** Told about errors that are retried anyway. */
  readonly report?: (error: unknown) => void;
};

type Cached = {
  readonly namespaces: 'Namespace';
  readonly nodes: 'Node';
  readonly pods: 'Pod';
  readonly deployments: 'Deployment';
  readonly replicaSets: 'ReplicaSet';
  readonly services: 'Service';
  readonly endpointSlices: 'EndpointSlice';
  readonly secrets: 'Secret';
  readonly configMaps: 'ConfigMap';
  readonly serviceAccounts: 'ServiceAccount';
  readonly leases: 'Lease';
  readonly claims: 'PersistentVolumeClaim';
  readonly volumes: 'PersistentVolume';
  readonly storageClasses: 'StorageClass';
  readonly attachments: 'VolumeAttachment';
  readonly disruptionBudgets: 'PodDisruptionBudget';
  readonly endpoints: 'Endpoints';
  readonly controllerRevisions: 'ControllerRevision';
  readonly cronJobs: 'CronJob';
  readonly daemonSets: 'DaemonSet';
  readonly jobs: 'Job';
  readonly statefulSets: 'StatefulSet';
};

export type Informers = { readonly [Name in keyof Cached]: Informer<Cached[Name]> };

/** What controllers, scheduler and kubelets share: one cache per kind, one client, the clock, the seed. */
export class Cluster {
  readonly clock: Clock;
  readonly random: Random;
  readonly activity = new Activity();
  readonly informers: Informers;
  readonly podsOnNodes: PodsOnNodes;
  readonly api: ApiClient;
  readonly rootCa: string;
  readonly report: (error: unknown) => void;

  constructor({ transport, clock, random, rootCa = '', report = () => undefined }: Options) {
    this.clock = clock;
    this.random = random;
    this.rootCa = rootCa;
    this.report = report;
    const informer = <K extends Kind>(kind: K) => new Informer({ kind, transport, clock });
    this.informers = {
      namespaces: informer('Namespace'),
      nodes: informer('Node'),
      pods: informer('Pod'),
      deployments: informer('Deployment'),
      replicaSets: informer('ReplicaSet'),
      services: informer('Service'),
      endpointSlices: informer('EndpointSlice'),
      secrets: informer('Secret'),
      configMaps: informer('ConfigMap'),
      serviceAccounts: informer('ServiceAccount'),
      leases: informer('Lease'),
      claims: informer('PersistentVolumeClaim'),
      volumes: informer('PersistentVolume'),
      storageClasses: informer('StorageClass'),
      attachments: informer('VolumeAttachment'),
      disruptionBudgets: informer('PodDisruptionBudget'),
      endpoints: informer('Endpoints'),
      controllerRevisions: informer('ControllerRevision'),
      cronJobs: informer('CronJob'),
      daemonSets: informer('DaemonSet'),
      jobs: informer('Job'),
      statefulSets: informer('StatefulSet'),
    };
    this.podsOnNodes = new PodsOnNodes(this.informers.pods);
    const byKind = new Map<Kind, Cache>(
      Object.values(this.informers).map((cache) => [cache.kind, cache as Cache]),
    );
    this.api = new ApiClient({
      transport,
      names: random.fork('names'),
      observer: {
        written: (kind, object) => byKind.get(kind)?.observe(object),
        gone: ({ kind, namespace, name }, uid) => byKind.get(kind)?.forget(namespace, name, uid),
      },
    });
  }

  /** Lists every kind, then keeps watching until `signal` aborts. */
  async start(signal: AbortSignal): Promise<void> {
    for (const informer of Object.values(this.informers)) await informer.start(signal);
  }

  recorder(component: string, host?: string): EventRecorder {
    const { api, clock, activity, random } = this;
    return new EventRecorder({
      api,
      clock,
      activity,
      component,
      host,
      random: random.fork(`${component}/${host ?? ''}`),
    });
  }

  /** All Events; they are not cached, nothing here reads them but their expiry. */
  async listEvents(): Promise<readonly KubeEvent[]> {
    const list: unknown = await this.api.send('GET', collectionPath('Event'));
    return (list as { items: readonly KubeEvent[] }).items; // wire edge
  }
}

type Cache = {
  readonly kind: Kind;
  observe(object: KindMap[Kind]): void;
  forget(namespace: string | undefined, name: string, uid: string): void;
};
