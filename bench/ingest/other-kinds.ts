import { asText, asWire, asWires, type Wire } from '#lib/kube/to-model/wire.ts';
import { BROKEN_EVERY, MARKS, MANAGED_FIELDS, pageOfPods } from './pods.ts';
import type { Workload } from './workloads.ts';

/**
 * What stands beside the pods of a page: their workloads, and what happened to them. Every Deployment has some old
 * ReplicaSets of other images; of the events a fifth is of pods in a crash loop. That makes some 20,000 of either in the first
 * PAGES_WITH_OTHERS pages; pods of later pages have none.
 */
export const PAGES_WITH_OTHERS = 200;
const REVISIONS = 7;
const EVENTS_PER_PAGE = 100;
const BACK_OFF_EVERY = 5;
const FIRST_VERSION = '10000000';

export type OtherKind = {
  /** As in `kind:`. */
  readonly kind: string;
  readonly path: string;
  /** Its objects beside page n of the pods, with marks in place of the number. */
  readonly page: (number: number) => readonly Wire[];
};

const apps = '/apis/apps/v1';
export const OTHER_KINDS: readonly OtherKind[] = [
  {
    kind: 'Deployment',
    path: `${apps}/deployments`,
    page: ofEach('ReplicaSet', (each) => [deployment(each)]),
  },
  { kind: 'ReplicaSet', path: `${apps}/replicasets`, page: ofEach('ReplicaSet', replicaSets) },
  {
    kind: 'StatefulSet',
    path: `${apps}/statefulsets`,
    page: ofEach('StatefulSet', (each) => [ownSet(each)]),
  },
  { kind: 'DaemonSet', path: `${apps}/daemonsets`, page: ofEach('DaemonSet', (each) => [ownSet(each)]) },
  { kind: 'Event', path: '/api/v1/events', page: events },
];

function ofEach(kind: Workload['kind'], make: (workload: Workload) => readonly Wire[]) {
  return (number: number): readonly Wire[] =>
    pageOfPods(number)
      .workloads.filter((workload) => workload.kind === kind)
      .flatMap(make);
}

const time = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
const appOf = (workload: Workload) => asText(workload.labels('')['app.kubernetes.io/name']);
/** Another object's uid, made of the workload's: as unlike each other as those of a cluster. */
const uidLike = (workload: Workload, digit: number) =>
  asText(workload.owner['uid']).replace(/^d385682./, `e24728${String(digit).padStart(2, '0')}`);

function deployment(workload: Workload): Wire {
  const { replicas } = workload;
  const app = appOf(workload);
  const { 'pod-template-hash': _, ...labels } = workload.labels('');
  return {
    metadata: {
      ...metadata(workload, app, uidLike(workload, 0)),
      labels,
      annotations: { 'deployment.kubernetes.io/revision': String(REVISIONS) },
    },
    spec: {
      ...shared(workload, REVISIONS),
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    },
    status: {
      observedGeneration: 1,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
      conditions: [
        condition(workload, 'Available', 'MinimumReplicasAvailable', 'Deployment has minimum availability.'),
        condition(
          workload,
          'Progressing',
          'NewReplicaSetAvailable',
          `ReplicaSet "${workload.name}" has successfully progressed.`,
        ),
      ],
    },
  };
}

const condition = ({ createdAt }: Workload, type: string, reason: string, message: string): Wire => ({
  type,
  status: 'True',
  lastUpdateTime: time(createdAt + 30),
  lastTransitionTime: time(createdAt),
  reason,
  message,
});

/** The one the pods are of, and those before it. */
function replicaSets(workload: Workload): readonly Wire[] {
  const app = appOf(workload);
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: app, uid: uidLike(workload, 0) };
  return Array.from({ length: REVISIONS }, (_, index) => {
    const revision = index + 1;
    const isCurrent = revision === REVISIONS;
    const replicas = isCurrent ? workload.replicas : 0;
    const hash = isCurrent
      ? asText(workload.labels('')['pod-template-hash'])
      : `${String(revision).repeat(5)}bcdfg`;
    const uid = isCurrent ? asText(workload.owner['uid']) : uidLike(workload, revision);
    return {
      metadata: {
        ...metadata(workload, isCurrent ? workload.name : `${app}-${hash}`, uid),
        labels: { ...workload.labels(''), 'pod-template-hash': hash },
        annotations: {
          'deployment.kubernetes.io/desired-replicas': String(workload.replicas),
          'deployment.kubernetes.io/max-replicas': String(workload.replicas + 1),
          'deployment.kubernetes.io/revision': String(revision),
        },
        ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }],
      },
      spec: { ...shared(workload, revision), replicas },
      status: {
        replicas,
        fullyLabeledReplicas: replicas,
        readyReplicas: replicas,
        availableReplicas: replicas,
        observedGeneration: 1,
      },
    };
  });
}

/** A StatefulSet or a DaemonSet: nothing is between it and its pods. */
function ownSet(workload: Workload): Wire {
  const { replicas } = workload;
  return {
    metadata: {
      ...metadata(workload, workload.name, asText(workload.owner['uid'])),
      labels: workload.labels(''),
    },
    spec: {
      ...shared(workload, REVISIONS),
      updateStrategy: { type: 'RollingUpdate' },
      revisionHistoryLimit: 10,
    },
    status:
      workload.kind === 'DaemonSet'
        ? {
            currentNumberScheduled: replicas,
            numberMisscheduled: 0,
            desiredNumberScheduled: replicas,
            numberReady: replicas,
            updatedNumberScheduled: replicas,
            numberAvailable: replicas,
            observedGeneration: 1,
          }
        : {
            observedGeneration: 1,
            replicas,
            readyReplicas: replicas,
            currentReplicas: replicas,
            updatedReplicas: replicas,
            availableReplicas: replicas,
            currentRevision: `${workload.name}-5bf7d644df`,
            updateRevision: `${workload.name}-5bf7d644df`,
          },
  };
}

const metadata = ({ namespace, createdAt }: Workload, name: string, uid: string): Wire => ({
  name,
  namespace,
  uid,
  resourceVersion: FIRST_VERSION,
  generation: 1,
  creationTimestamp: time(createdAt - 60),
  managedFields: MANAGED_FIELDS,
});

/** What their specs have in common: each revision has an image of its own. */
function shared(workload: Workload, revision: number): Wire {
  const { 'app.kubernetes.io/instance': instance } = workload.labels('');
  const [main = {}, ...others] = workload.containers.map(({ imageID: _, ...container }) => container);
  const image = `${asText(main['image'])}${revision === REVISIONS ? '' : `-${revision}`}`;
  return {
    replicas: workload.replicas,
    selector: { matchLabels: { 'app.kubernetes.io/instance': instance } },
    template: {
      metadata: { labels: workload.labels('') },
      spec: {
        volumes: workload.volumes(workload.name),
        containers: [{ ...main, image }, ...others],
        restartPolicy: 'Always',
        terminationGracePeriodSeconds: 30,
        dnsPolicy: 'ClusterFirst',
        serviceAccountName: workload.account,
        securityContext: { runAsNonRoot: true, fsGroup: 2000 },
        schedulerName: 'default-scheduler',
      },
    },
  };
}

const STARTED = [
  [
    'Scheduled',
    'default-scheduler',
    (pod: string, node: string) => `Successfully assigned ${pod} to ${node}`,
  ],
  ['Pulled', 'kubelet', () => 'Container image already present on machine and can be accessed by the pod'],
  ['Created', 'kubelet', () => 'Container created'],
  ['Started', 'kubelet', () => 'Container started'],
] as const;

function events(number: number): readonly Wire[] {
  const { pods } = pageOfPods(number);
  return Array.from({ length: EVENTS_PER_PAGE }, (_, index) => {
    const isBackOff = index % BACK_OFF_EVERY === 0;
    const failing = ((index / BACK_OFF_EVERY) % Math.ceil(pods.length / BROKEN_EVERY)) * BROKEN_EVERY;
    const pod = pods[isBackOff ? failing : (index * 2 + 1) % pods.length] ?? {};
    const { name, namespace, uid } = asWire(pod['metadata']);
    const node = asText(asWire(pod['spec'])['nodeName']);
    const container = asText(asWires(asWire(pod['spec'])['containers'])[0]?.['name']);
    const [reason, component, say] = STARTED[index % STARTED.length] ?? STARTED[0];
    const at = time(Date.UTC(2026, 10, 21) / 1000 - index);
    const backOff = `Back-off restarting failed container ${container} in pod ${asText(name)}_${asText(namespace)}(${asText(uid)})`;
    return {
      metadata: {
        name: `${asText(name)}.18ea14${MARKS.page}${String(index).padStart(4, '0')}`,
        namespace,
        uid: `03e17bc0-c572-40bd-8a${String(index).padStart(2, '0')}-81d63e${MARKS.page}`,
        resourceVersion: FIRST_VERSION,
        creationTimestamp: at,
        managedFields: MANAGED_FIELDS.slice(0, 1),
      },
      involvedObject: {
        kind: 'Pod',
        namespace,
        name,
        uid,
        apiVersion: 'v1',
        resourceVersion: FIRST_VERSION,
        fieldPath: `spec.containers{${container}}`,
      },
      reason: isBackOff ? 'BackOff' : reason,
      message: isBackOff ? backOff : say(`${asText(namespace)}/${asText(name)}`, node),
      source: { component: isBackOff ? 'kubelet' : component, host: node },
      firstTimestamp: at,
      lastTimestamp: at,
      count: isBackOff ? 40 : 1,
      type: isBackOff ? 'Warning' : 'Normal',
      eventTime: null,
      reportingComponent: isBackOff ? 'kubelet' : component,
      reportingInstance: node,
    };
  });
}
