/** Wire objects of a cluster in trouble, made from numbers: nothing is kept but how far each failing pod has come. */

export type Size = {
  /** Pods that are fine, in Deployments of ten. */
  readonly healthy: number;
  /** Pods that are not, spread over `broken` Deployments. */
  readonly unhealthy: number;
  readonly broken: number;
};

export type Wire = Readonly<Record<string, unknown>>;
type Trouble = 'crash' | 'oom' | 'image' | 'unready' | 'config' | 'pending';

const TROUBLES: readonly Trouble[] = [
  'crash',
  'image',
  'crash',
  'oom',
  'crash',
  'image',
  'unready',
  'crash',
  'config',
  'pending',
];
const SERVICES = ['checkout', 'catalog', 'search', 'billing', 'gateway', 'mailer', 'reports', 'ledger'];
const NAMESPACES = 40;
const PODS_PER_NODE = 100;
const HEALTHY_REPLICAS = 10;
const MINUTE = 60_000;

const time = (at: number) => new Date(Math.floor(at / 1000) * 1000).toISOString().replace('.000', '');
const uid = (kind: number, index: number) =>
  `${kind.toString(16).padStart(8, '0')}-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;
/** Spreads what is numbered in order, the same way each time. */
const mixed = (index: number) => ((index * 2_654_435_761) >>> 0) % 1_000_003;

export type LoadCluster = ReturnType<typeof createCluster>;

export function createCluster({ healthy, unhealthy, broken }: Size) {
  const startedAt = Date.now();
  const fine = Math.ceil(healthy / HEALTHY_REPLICAS);
  const nodes = Math.max(3, Math.ceil((healthy + unhealthy) / PODS_PER_NODE));
  const restarts = new Map<number, number>();
  const mended = new Set<number>();

  const isBroken = (deployment: number) => deployment < broken;
  const troubleOf = (deployment: number) => TROUBLES[mixed(deployment) % TROUBLES.length] ?? 'crash';
  const replicasOf = (deployment: number) => {
    if (!isBroken(deployment))
      return Math.min(HEALTHY_REPLICAS, healthy - (deployment - broken) * HEALTHY_REPLICAS);
    return Math.floor(unhealthy / broken) + (deployment < unhealthy % broken ? 1 : 0);
  };
  /** Failing pods come first: `[deployment, number in it]`. */
  const placeOf = (pod: number): readonly [number, number] => {
    if (pod < unhealthy) return [pod % broken, Math.floor(pod / broken)];
    const rest = pod - unhealthy;
    return [broken + Math.floor(rest / HEALTHY_REPLICAS), rest % HEALTHY_REPLICAS];
  };
  const nameOf = (deployment: number) => `${SERVICES[mixed(deployment) % SERVICES.length]}-${deployment}`;
  const namespaceOf = (deployment: number) =>
    `team-${String(mixed(deployment) % NAMESPACES).padStart(2, '0')}`;
  const hashOf = (deployment: number) => (mixed(deployment) + 1_000_000_000).toString(36);
  const setName = (deployment: number) => `${nameOf(deployment)}-${hashOf(deployment)}`;
  const ageOf = (index: number) => startedAt - (30 + (mixed(index) % 5_000)) * MINUTE;
  const imageOf = (deployment: number) =>
    `registry.example.com/shop/${SERVICES[mixed(deployment) % SERVICES.length]}:1.${deployment % 60}.0`;

  const template = (deployment: number): Wire => ({
    metadata: { labels: { app: nameOf(deployment), 'pod-template-hash': hashOf(deployment) } },
    spec: podSpec(deployment),
  });
  const podSpec = (deployment: number): Wire => ({
    serviceAccountName: 'default',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    terminationGracePeriodSeconds: 30,
    containers: [
      {
        name: 'app',
        image: imageOf(deployment),
        imagePullPolicy: 'IfNotPresent',
        args: ['serve', '--listen=:8080', `--shard=${deployment}`],
        env: Array.from({ length: 6 }, (_, n) => ({
          name: `SETTING_${n}`,
          value: `value-${n}-${deployment}`,
        })),
        ports: [{ containerPort: 8080, protocol: 'TCP' }],
        resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
        readinessProbe: { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 10, failureThreshold: 3 },
      },
    ],
  });
  const metadata = (
    kind: number,
    index: number,
    name: string,
    deployment: number,
    version: number,
  ): Wire => ({
    name,
    namespace: namespaceOf(deployment),
    uid: uid(kind, index),
    resourceVersion: String(version),
    generation: 1,
    creationTimestamp: time(ageOf(deployment)),
    labels: { app: nameOf(deployment), 'pod-template-hash': hashOf(deployment) },
  });
  const ownedBy = (kind: string, number: number, deployment: number, name: string) => ({
    ownerReferences: [
      {
        apiVersion: 'apps/v1',
        kind,
        name,
        uid: uid(number, deployment),
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
  });
  const ready = (deployment: number) => {
    if (!isBroken(deployment)) return replicasOf(deployment);
    let count = 0;
    for (let n = 0; n < replicasOf(deployment); n++) if (mended.has(n * broken + deployment)) count += 1;
    return count;
  };

  const containerStatus = (pod: number, deployment: number): Wire => {
    const base = { name: 'app', image: imageOf(deployment), imageID: '', started: false, ready: false };
    const running = { running: { startedAt: time(startedAt - 25 * MINUTE) } };
    const trouble = isBroken(deployment) && !mended.has(pod) ? troubleOf(deployment) : undefined;
    const count = restarts.get(pod) ?? 3 + (mixed(pod) % 40);
    const endedAt =
      startedAt - (mixed(pod) % 240_000) + ((restarts.get(pod) ?? 0) > 0 ? Date.now() - startedAt : 0);
    const ended = (exitCode: number, reason: string) => ({
      terminated: {
        exitCode,
        reason,
        startedAt: time(endedAt - 4_000),
        finishedAt: time(endedAt),
        containerID: `containerd://${pod}-${count}`,
      },
    });
    const waiting = (reason: string, message: string) => ({ waiting: { reason, message } });
    const backOff = waiting(
      'CrashLoopBackOff',
      `back-off 5m0s restarting failed container=app pod=${setName(deployment)}`,
    );
    switch (trouble) {
      case 'crash':
        return { ...base, restartCount: count, state: backOff, lastState: ended(1, 'Error') };
      case 'oom':
        return { ...base, restartCount: count, state: backOff, lastState: ended(137, 'OOMKilled') };
      case 'image':
        return {
          ...base,
          restartCount: 0,
          state: waiting(
            count % 2 === 0 ? 'ImagePullBackOff' : 'ErrImagePull',
            `Back-off pulling image "${imageOf(deployment)}": failed to resolve reference "${imageOf(deployment)}": not found`,
          ),
        };
      case 'config':
        return {
          ...base,
          restartCount: 0,
          state: waiting('CreateContainerConfigError', `secret "${nameOf(deployment)}-keys" not found`),
        };
      case 'unready':
        return { ...base, started: true, restartCount: 0, state: running };
      case 'pending':
      case undefined:
        return { ...base, imageID: 'sha256:0a', started: true, ready: true, restartCount: 0, state: running };
    }
  };

  const podName = (pod: number) => {
    const [deployment] = placeOf(pod);
    return `${setName(deployment)}-${(mixed(pod) + 60_000_000).toString(36).slice(-5)}${pod % 7}`;
  };
  const pod = (index: number, version: number): Wire => {
    const [deployment] = placeOf(index);
    const isPending = isBroken(deployment) && troubleOf(deployment) === 'pending' && !mended.has(index);
    const status = containerStatus(index, deployment);
    const isReady = !isPending && status['ready'] === true;
    const condition = (type: string, is: boolean, more: Wire = {}) => ({
      type,
      status: is ? 'True' : 'False',
      lastTransitionTime: time(ageOf(deployment)),
      ...more,
    });
    const unready = { reason: 'ContainersNotReady', message: 'containers with unready status: [app]' };
    return {
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: {
        ...metadata(1, index, podName(index), deployment, version),
        ...ownedBy('ReplicaSet', 3, deployment, setName(deployment)),
      },
      spec: { ...podSpec(deployment), ...(isPending ? {} : { nodeName: `node-${mixed(index) % nodes}` }) },
      status: isPending
        ? {
            phase: 'Pending',
            conditions: [
              condition('PodScheduled', false, {
                reason: 'Unschedulable',
                message: `0/${nodes} nodes are available: ${nodes} Insufficient memory. preemption: 0/${nodes} nodes are available: ${nodes} No preemption victims found for incoming pod.`,
              }),
            ],
          }
        : {
            phase: isReady || status['started'] === true || status['lastState'] ? 'Running' : 'Pending',
            podIP: `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`,
            startTime: time(ageOf(deployment)),
            qosClass: 'Burstable',
            conditions: [
              condition('PodScheduled', true),
              condition('Initialized', true),
              condition('ContainersReady', isReady, isReady ? {} : unready),
              condition('Ready', isReady, isReady ? {} : unready),
            ],
            containerStatuses: [status],
          },
    };
  };
  const counts = (deployment: number) => {
    const replicas = replicasOf(deployment);
    const readyReplicas = ready(deployment);
    return { replicas, readyReplicas, availableReplicas: readyReplicas, observedGeneration: 1 };
  };
  const deployment = (index: number, version: number): Wire => {
    const isFine = !isBroken(index);
    const at = { lastTransitionTime: time(ageOf(index)), lastUpdateTime: time(ageOf(index)) };
    return {
      kind: 'Deployment',
      apiVersion: 'apps/v1',
      metadata: {
        ...metadata(2, index, nameOf(index), index, version),
        annotations: { 'deployment.kubernetes.io/revision': '4' },
      },
      spec: {
        replicas: replicasOf(index),
        selector: { matchLabels: { app: nameOf(index) } },
        template: template(index),
        strategy: { type: 'RollingUpdate' },
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
      },
      status: {
        ...counts(index),
        updatedReplicas: replicasOf(index),
        unavailableReplicas: replicasOf(index) - ready(index),
        conditions: [
          { type: 'Available', status: isFine ? 'True' : 'False', reason: 'MinimumReplicasAvailable', ...at },
          { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', ...at },
        ],
      },
    };
  };
  const replicaSet = (index: number, version: number): Wire => ({
    kind: 'ReplicaSet',
    apiVersion: 'apps/v1',
    metadata: {
      ...metadata(3, index, setName(index), index, version),
      ...ownedBy('Deployment', 2, index, nameOf(index)),
      annotations: { 'deployment.kubernetes.io/revision': '4' },
    },
    spec: {
      replicas: replicasOf(index),
      selector: { matchLabels: { app: nameOf(index) } },
      template: template(index),
    },
    status: counts(index),
  });
  const node = (index: number, version: number): Wire => ({
    kind: 'Node',
    apiVersion: 'v1',
    metadata: {
      name: `node-${index}`,
      uid: uid(4, index),
      resourceVersion: String(version),
      creationTimestamp: time(startedAt - 90 * 24 * 60 * MINUTE),
      labels: { 'kubernetes.io/hostname': `node-${index}` },
    },
    spec: {},
    status: {
      allocatable: { cpu: '16', memory: '64Gi', pods: '250' },
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          lastTransitionTime: time(startedAt - 60 * MINUTE),
        },
      ],
      nodeInfo: {
        kubeletVersion: 'v1.35.4',
        architecture: 'amd64',
        containerRuntimeVersion: 'containerd://2.1.4',
      },
    },
  });
  const toldOf = (deployment: number): readonly [string, string] => {
    switch (troubleOf(deployment)) {
      case 'image':
        return ['Failed', `Failed to pull image "${imageOf(deployment)}": not found`];
      case 'unready':
        return ['Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503'];
      case 'config':
        return ['Failed', `Error: secret "${nameOf(deployment)}-keys" not found`];
      case 'pending':
        return ['FailedScheduling', `0/${nodes} nodes are available: ${nodes} Insufficient memory.`];
      case 'crash':
      case 'oom':
        return ['BackOff', 'Back-off restarting failed container app'];
    }
  };
  const event = (index: number, version: number): Wire => {
    const [deployment] = placeOf(index);
    const [reason, message] = toldOf(deployment);
    return {
      kind: 'Event',
      apiVersion: 'v1',
      metadata: {
        name: `${podName(index)}.1`,
        namespace: namespaceOf(deployment),
        uid: uid(5, index),
        resourceVersion: String(version),
      },
      involvedObject: {
        kind: 'Pod',
        namespace: namespaceOf(deployment),
        name: podName(index),
        uid: uid(1, index),
        fieldPath: 'spec.containers{app}',
      },
      reason,
      message,
      type: 'Warning',
      count: 12,
      firstTimestamp: time(startedAt - 25 * MINUTE),
      lastTimestamp: time(startedAt - 2 * MINUTE),
      source: { component: 'kubelet' },
    };
  };

  const many = (count: number, make: (index: number, version: number) => Wire) => ({ count, make });
  return {
    kinds: {
      pods: many(unhealthy + healthy, pod),
      events: many(unhealthy, event),
      nodes: many(nodes, node),
      deployments: many(broken + fine, deployment),
      replicasets: many(broken + fine, replicaSet),
    } as Readonly<Record<string, { count: number; make: (index: number, version: number) => Wire }>>,
    /** The failing pod crashed once more. */
    restart(index: number): void {
      restarts.set(index, (restarts.get(index) ?? 3 + (mixed(index) % 40)) + 1);
    },
    /** All pods of a broken Deployment run, or fail again; answers their numbers. */
    turn(index: number): readonly number[] {
      const pods = Array.from({ length: replicasOf(index) }, (_, n) => n * broken + index);
      for (const each of pods) if (!mended.delete(each)) mended.add(each);
      return pods;
    },
  };
}
