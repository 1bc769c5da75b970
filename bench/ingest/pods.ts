import { INITIAL_EVENTS_END } from '#lib/kube/bookmark.ts';
import { encodeEvent, encodeMessage, encodeNested, inEnvelope } from '#lib/testing/encode-protobuf.ts';
import { recordedBytes } from '#lib/testing/recorded-objects.ts';
import { asWire, asWires, type Wire } from '#lib/kube/to-model/wire.ts';
import { seeded, type Seeded } from './seeded.ts';
import { workloads, type Workload } from './workloads.ts';

/**
 * The pods of a cluster, about 8 KB of JSON each with the managedFields of three managers. What is assumed of it, so that
 * nothing is alike that is not alike in reality:
 *
 * - workloads of 3 to 30 pods, each with its own image, labels, environment values and owner; one to three containers;
 * - three of four are ReplicaSets; the others DaemonSets (an affinity per pod) and StatefulSets (labels, claim and
 *   hostname per pod), see `workloads.ts`;
 * - each pod has its own name, uid, version, address, node, container ids, times, and its own name of the volume with
 *   the service account's token; every twentieth is in a crash loop;
 * - a list comes in the order of namespace and name, as etcd and the API server's cache give it.
 *
 * VARIANTS pages are made; page n is one of them with its number in all names and values (MARKS). So no two pages share a
 * workload, a value or an id; times repeat after VARIANTS pages.
 */
export const PAGE_SIZE = 250;
export const VARIANTS = 4;
export const BROKEN_EVERY = 20;
/** Places for numbers of fixed width, so that a page is encoded once and served under any number. */
export const MARKS = { page: 'PAGEMK', next: 'NEXTMK', version: '1VERSMRK' } as const;

export type Encoding = 'json' | 'protobuf';

const [RECORDED = {}] = asWires(asWire(JSON.parse(recordedBytes('pods.json').toString()))['items']);
export const MANAGED_FIELDS = asWires(asWire(RECORDED['metadata'])['managedFields']);
const PROJECTED = asWires(asWire(RECORDED['spec'])['volumes'])[0] ?? {};

function pod(workload: Workload, index: number, random: Seeded): Wire {
  const place = `${MARKS.page}${String(index).padStart(3, '0')}`;
  const suffix = random.letters(5);
  const name = workload.podName(suffix, index);
  const node = `worker-${MARKS.page}-${random.below(5)}`;
  const createdAt = workload.createdAt + random.below(4);
  const token = `kube-api-access-${random.letters(5)}`;
  const isBroken = index % BROKEN_EVERY === 0;
  const metadata = {
    name,
    ...(workload.kind === 'StatefulSet' ? {} : { generateName: `${workload.name}-` }),
    namespace: workload.namespace,
    uid: `1112310f-4f8f-4d27-875d-${random.hex(3)}${place}`,
    resourceVersion: `${MARKS.version}${String(index).padStart(3, '0')}`,
    generation: 1,
    creationTimestamp: time(createdAt),
    labels: workload.labels(name),
    annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9090' },
    ownerReferences: [workload.owner],
    managedFields: [...MANAGED_FIELDS, ...MANAGED_FIELDS.slice(1)],
  };
  const mount = { name: token, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' };
  const spec = {
    volumes: [...workload.volumes(name), { ...PROJECTED, name: token }],
    containers: workload.containers.map(({ imageID: _, ...container }) => ({
      ...container,
      volumeMounts: [...asWires(container['volumeMounts']), mount],
    })),
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    serviceAccountName: workload.account,
    serviceAccount: workload.account,
    nodeName: node,
    securityContext: { runAsNonRoot: true, fsGroup: 2000 },
    ...(workload.kind === 'StatefulSet' ? { hostname: name, subdomain: workload.name } : {}),
    ...(workload.kind === 'DaemonSet' ? { affinity: onNode(node) } : {}),
    schedulerName: 'default-scheduler',
    tolerations: asWires(asWire(RECORDED['spec'])['tolerations']),
    priority: 0,
    enableServiceLinks: true,
    preemptionPolicy: 'PreemptLowerPriority',
  };
  const startedAt = createdAt + 2 + random.below(20);
  const hostIP = `10.0.${random.below(256)}.${random.below(256)}`;
  const podIP = `10.244.${random.below(256)}.${random.below(256)}`;
  const status = {
    phase: 'Running',
    conditions: conditions(createdAt, startedAt, { isBroken, names: workload.containers }),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: time(createdAt),
    containerStatuses: workload.containers.map((container, n) =>
      containerStatus(container, {
        id: `${random.hex(54)}${place}${n}`,
        startedAt: startedAt + random.below(3),
        isBroken: isBroken && n === 0,
        pod: name,
      }),
    ),
    qosClass: 'Burstable',
  };
  return { metadata, spec, status };
}

const time = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');

const onNode = (node: string) => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
    },
  },
});

function conditions(
  createdAt: number,
  readyAt: number,
  { isBroken, names }: { isBroken: boolean; names: readonly Wire[] },
) {
  const unready = {
    reason: 'ContainersNotReady',
    message: `containers with unready status: [${String(names[0]?.['name'])}]`,
  };
  const made = (type: string, at: number, isTrue = true) => ({
    type,
    status: isTrue ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime: time(at),
    ...(isTrue ? {} : unready),
    observedGeneration: 1,
  });
  return [
    made('PodReadyToStartContainers', createdAt + 1),
    made('Initialized', createdAt),
    made('Ready', readyAt, !isBroken),
    made('ContainersReady', readyAt, !isBroken),
    made('PodScheduled', createdAt),
  ];
}

type StatusInput = { id: string; startedAt: number; isBroken: boolean; pod: string };

function containerStatus(container: Wire, { id, startedAt, isBroken, pod }: StatusInput): Wire {
  const { name, image, imageID, resources } = container;
  const containerID = `containerd://${id}`;
  const common = { name, image, imageID, containerID, resources };
  if (!isBroken) {
    const state = { running: { startedAt: time(startedAt) } };
    return { ...common, state, lastState: {}, ready: true, restartCount: 0, started: true };
  }
  const message = `back-off 5m0s restarting failed container=${String(name)} pod=${pod}_ns(${id.slice(0, 36)})`;
  return {
    ...common,
    state: { waiting: { reason: 'CrashLoopBackOff', message } },
    lastState: {
      terminated: {
        exitCode: 1,
        reason: 'Error',
        startedAt: time(startedAt),
        finishedAt: time(startedAt + 1),
        containerID,
      },
    },
    ready: false,
    restartCount: 12,
    started: false,
  };
}

export type PageOfPods = { readonly pods: readonly Wire[]; readonly workloads: readonly Workload[] };

function variant(number: number): PageOfPods {
  const random = seeded(number + 1);
  const made: Wire[] = [];
  const owners: Workload[] = [];
  for (const workload of workloads(random, MARKS.page)) {
    const left = Math.min(workload.replicas, PAGE_SIZE - made.length);
    for (let n = 0; n < left; n++) made.push(pod(workload, made.length, random));
    owners.push(workload);
    if (made.length === PAGE_SIZE) break;
  }
  return { pods: made, workloads: owners };
}

const PAGES = Array.from({ length: VARIANTS }, (_, number) => variant(number));

/** What page n is made of, with marks in place of its number. */
export const pageOfPods = (number: number): PageOfPods =>
  PAGES[number % VARIANTS] ?? { pods: [], workloads: [] };

/** The pods of page n as an API server is asked to make them: numbers instead of marks, and nothing only it can say. */
export function podsToCreate(number: number): readonly Wire[] {
  const text = jsonItems(number)
    .toString()
    .replaceAll(MARKS.page, String(number).padStart(MARKS.page.length, '0'));
  return asWires(JSON.parse(`[${text}]`)).map(({ metadata, ...pod }) => {
    const {
      uid: _uid,
      resourceVersion: _version,
      creationTimestamp: _at,
      managedFields: _managed,
      generation: _,
      ...own
    } = asWire(metadata);
    return { ...pod, metadata: own };
  });
}

/** With managedFields, which the product's own table of fields does not know. */
export function inProtobuf(kind: string, object: Wire): Buffer {
  const metadata = asWire(object['metadata']);
  const managed = asWires(metadata['managedFields']).map((entry) => {
    const texts = (['manager', 'operation', 'apiVersion'] as const).map((name, at) =>
      encodeNested(at + 1, Buffer.from(String(entry[name]))),
    );
    const fields = encodeNested(1, Buffer.from(JSON.stringify(entry['fieldsV1'])));
    return encodeNested(17, Buffer.concat([...texts, encodeNested(7, fields)]));
  });
  // An object's metadata is its first field.
  const meta = encodeMessage('ObjectMeta', metadata);
  const rest = encodeMessage(kind, object).subarray(encodeNested(1, meta).length);
  return Buffer.concat([encodeNested(1, Buffer.concat([meta, ...managed])), rest]);
}

const podsOf = (number: number): readonly Wire[] => pageOfPods(number).pods;

/** The items of a JSON page, without brackets. */
export const jsonItems = (number: number): Buffer =>
  Buffer.from(
    podsOf(number)
      .map((each) => JSON.stringify(each))
      .join(','),
  );

/** A page under marks; the last one has no mark of a next. */
export function page(encoding: Encoding, number: number, { isLast }: { isLast: boolean }): Buffer {
  const metadata = { resourceVersion: '10000000', ...(isLast ? {} : { continue: MARKS.next }) };
  if (encoding === 'json') {
    const head = JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata }).slice(0, -1);
    return Buffer.concat([Buffer.from(`${head},"items":[`), jsonItems(number), Buffer.from(']}')]);
  }
  const list = [encodeNested(1, encodeMessage('ListMeta', metadata))];
  for (const each of podsOf(number)) list.push(encodeNested(2, inProtobuf('Pod', each)));
  return inEnvelope('PodList', Buffer.concat(list));
}

/** One page of events under marks: additions in the order of a list, changes in none, as siblings do not change together. */
export function events(encoding: Encoding, number: number, type: 'ADDED' | 'MODIFIED'): Buffer {
  const all = podsOf(number);
  const ordered = type === 'ADDED' ? all : all.map((_, at) => all[(at * 97) % all.length] ?? {});
  return watchEvents(encoding, { type, kind: 'Pod', objects: ordered });
}

export type Happened = { readonly type: string; readonly kind: string; readonly objects: readonly Wire[] };

/** As a watch brings them. */
export function watchEvents(encoding: Encoding, { type, kind, objects }: Happened): Buffer {
  if (encoding === 'json') {
    return Buffer.from(objects.map((object) => `${JSON.stringify({ type, object })}\n`).join(''));
  }
  const frames = objects.map((each) => {
    const object = encodeNested(1, inEnvelope(kind, inProtobuf(kind, each)));
    const event = Buffer.concat([encodeNested(1, Buffer.from(type)), encodeNested(2, object)]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(event.length);
    return Buffer.concat([length, event]);
  });
  return Buffer.concat(frames);
}

/** The bookmark that ends initial events. */
export function initialEventsEnd(encoding: Encoding, kind = 'Pod'): Buffer {
  const metadata = { resourceVersion: '10000000', annotations: { [INITIAL_EVENTS_END]: 'true' } };
  if (encoding === 'protobuf') return encodeEvent('BOOKMARK', kind, { metadata });
  return Buffer.from(`${JSON.stringify({ type: 'BOOKMARK', object: { kind, metadata } })}\n`);
}
