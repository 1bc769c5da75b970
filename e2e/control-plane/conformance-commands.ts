/** One step of the comparison: typed at the sandbox and at the real control plane, outputs compared. */
export type Step = {
  /** Arguments of kubectl. `{newest app=x}` stands for the newest pod with that label in that namespace. */
  readonly command: string;
  /** Standard input, for `-f -`. */
  readonly stdin?: string;
  /** The command is repeated until its output looks like this on both sides. */
  readonly until?: RegExp;
  /** Rows come in no particular order. */
  readonly unordered?: boolean;
};

const NS = '-n lab30';

const manifest = (...objects: readonly object[]): string =>
  objects.map((object) => JSON.stringify(object)).join('\n---\n');

const web = (image: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'lab30-web', namespace: 'lab30', labels: { app: 'lab30-web', tier: 'frontend' } },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'lab30-web' } },
    template: {
      metadata: { labels: { app: 'lab30-web', tier: 'frontend', service: 'labweb', env: 'lab' } },
      spec: {
        containers: [
          {
            name: 'web',
            image,
            imagePullPolicy: 'Always',
            envFrom: [{ configMapRef: { name: 'lab30-web-config' } }],
            ports: [{ containerPort: 8080 }],
            readinessProbe: {
              httpGet: { path: '/health', port: 8080 },
              initialDelaySeconds: 5,
              periodSeconds: 5,
            },
            livenessProbe: {
              httpGet: { path: '/health', port: 8080 },
              initialDelaySeconds: 15,
              periodSeconds: 10,
            },
          },
        ],
      },
    },
  },
});

const redis = (...args: readonly string[]) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'lab30-redis', namespace: 'lab30', labels: { app: 'lab30-redis', tier: 'backend' } },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'lab30-redis' } },
    template: {
      metadata: { labels: { app: 'lab30-redis', tier: 'backend' } },
      spec: {
        containers: [
          {
            name: 'redis',
            image: 'redis:7-alpine',
            args: [...args, '--save', '60', '1', '--loglevel', 'warning'],
            ports: [{ containerPort: 6379 }],
            readinessProbe: { tcpSocket: { port: 6379 }, initialDelaySeconds: 5, periodSeconds: 5 },
            livenessProbe: { tcpSocket: { port: 6379 }, initialDelaySeconds: 10, periodSeconds: 10 },
          },
        ],
      },
    },
  },
});

const WEB = 'ghcr.io/vlrrbn/lab30-web-metrics';
const config = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'lab30-web-config', namespace: 'lab30' },
  data: { APP_ENV: 'lab', REDIS_HOST: 'lab30-redis' },
};
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'lab30-web', namespace: 'lab30' },
  spec: { selector: { app: 'lab30-web' }, ports: [{ port: 80, targetPort: 8080 }] },
};
const typo = manifest(web(`${WEB}:0.2.1`)).replace('"image"', '"imagee"');

const plain = (...commands: readonly string[]): readonly Step[] => commands.map((command) => ({ command }));

const setUp: readonly Step[] = [
  ...plain(
    'version',
    'create namespace lab30',
    'get nodes',
    'describe node worker-1',
    'get ns lab30 -o yaml',
  ),
  {
    command: 'apply -f -',
    stdin: manifest(config, service, redis(), web(`${WEB}:0.2.1`)),
  },
  ...plain(`rollout status deploy/lab30-web ${NS}`, `rollout status deploy/lab30-redis ${NS}`),
  { command: 'apply -f -', stdin: manifest(config, service, redis(), web(`${WEB}:0.2.1`)) },
];

const reading: readonly Step[] = [
  // Past the start lines, whose number is all that differs in time.
  { command: `logs {newest app=lab30-web} ${NS} --tail=3`, until: /^(.*200 OK\n){3}$/ },
  ...plain(
    `get pods ${NS}`,
    `get pods ${NS} -o wide`,
    `get all ${NS}`,
    `get deploy ${NS} -o wide`,
    `get rs ${NS} -o wide`,
    `get svc,cm,sa,secret ${NS}`,
    `get endpointslices ${NS}`,
    `get deploy lab30-web ${NS} -o yaml`,
    `get rs ${NS} -l app=lab30-web -o yaml`,
    `get pods ${NS} -l app=lab30-web -o yaml`,
    `get svc lab30-web ${NS} -o yaml`,
    `get pods ${NS} -o name`,
    `get pods ${NS} -o jsonpath={.items[*].status.phase}`,
    `get pods ${NS} -o custom-columns=N:.metadata.labels.app,P:.status.phase,R:.status.containerStatuses[*].restartCount`,
    `get pods ${NS} --field-selector=status.phase=Running`,
    `get pods ${NS} --field-selector=spec.foo=bar`,
    `get pods ${NS} -l app`,
    `get pods ${NS} -l !app`,
    `get pods ${NS} -l app=((`,
    `get pods ${NS} --sort-by=.metadata.labels.app`,
    `get pods ${NS} --show-labels`,
    `get pods nope ${NS}`,
    `get pods -n nope`,
    'get nothing',
    `describe deploy lab30-web ${NS}`,
    `describe rs -l app=lab30-web ${NS}`,
    `describe pod {newest app=lab30-web} ${NS}`,
    `describe svc lab30-web ${NS}`,
    `logs deploy/lab30-web ${NS} --tail=2 -c web`,
    `logs {newest app=lab30-web} ${NS} -c nope`,
    `logs {newest app=lab30-web} ${NS} --previous`,
    `logs nope ${NS}`,
    `logs {newest app=lab30-web} ${NS} --tail=-3`,
    `wait deploy/lab30-web ${NS} --for=condition=Available --timeout=10s`,
    `wait deploy/lab30-web ${NS} --for=condition=Nope --timeout=1s`,
    `explain deploy.spec.strategy`,
    `api-versions`,
    'auth whoami',
    `auth can-i list pods ${NS}`,
    `auth can-i list pods ${NS} --as=dev --as-group=developers`,
    'cluster-info',
  ),
  { command: `get events ${NS}`, unordered: true },
  { command: `events --for deploy/lab30-web ${NS}`, unordered: true },
];

const badImage: readonly Step[] = [
  { command: `diff -f -`, stdin: manifest(web(`${WEB}:does-not-exist`)) },
  { command: `apply -f - --dry-run=server`, stdin: manifest(web(`${WEB}:does-not-exist`)) },
  { command: `apply -f -`, stdin: typo },
  { command: `apply -f -`, stdin: manifest(web(`${WEB}:does-not-exist`)) },
  { command: `get pods ${NS}`, until: /ImagePullBackOff/, unordered: true },
  { command: `get rs ${NS}`, unordered: true },
  ...plain(
    `rollout status deploy/lab30-web ${NS} --timeout=2s`,
    `describe pod {newest app=lab30-web} ${NS}`,
    `describe deploy lab30-web ${NS}`,
    `get deploy lab30-web ${NS} -o yaml`,
    `logs {newest app=lab30-web} ${NS}`,
    `rollout history deploy/lab30-web ${NS}`,
    `rollout history deploy/lab30-web ${NS} --revision=2`,
  ),
  { command: `events --for pod/{newest app=lab30-web} ${NS}`, unordered: true },
  ...plain(
    `set image deploy/lab30-web ${NS} web=${WEB}:0.3.0`,
    `rollout status deploy/lab30-web ${NS}`,
    `rollout history deploy/lab30-web ${NS}`,
  ),
];

const badArgs: readonly Step[] = [
  { command: `apply -f -`, stdin: manifest(redis('9090')) },
  { command: `get pods ${NS} -l app=lab30-redis`, until: /CrashLoopBackOff +2/ },
  ...plain(
    `describe pod {newest app=lab30-redis} ${NS}`,
    `get pods {newest app=lab30-redis} ${NS} -o yaml`,
    `logs {newest app=lab30-redis} ${NS}`,
    `logs {newest app=lab30-redis} ${NS} --previous`,
    `rollout history deploy/lab30-redis ${NS}`,
    `rollout undo deploy/lab30-redis ${NS}`,
    `rollout status deploy/lab30-redis ${NS}`,
    `rollout history deploy/lab30-redis ${NS}`,
    `rollout undo deploy/lab30-redis ${NS} --to-revision=77`,
    `get rs ${NS} -l app=lab30-redis`,
  ),
];

const writing: readonly Step[] = [
  ...plain(
    `scale deploy/lab30-redis ${NS} --replicas=2`,
    `rollout status deploy/lab30-redis ${NS}`,
    `scale deploy/lab30-redis ${NS} --current-replicas=7 --replicas=1`,
    `scale deploy/lab30-redis ${NS} --current-replicas=2 --replicas=1`,
    `rollout pause deploy/lab30-redis ${NS}`,
    `rollout pause deploy/lab30-redis ${NS}`,
    `rollout restart deploy/lab30-redis ${NS}`,
    `rollout undo deploy/lab30-redis ${NS}`,
    `rollout resume deploy/lab30-redis ${NS}`,
    `rollout restart deploy/lab30-web ${NS}`,
    `rollout status deploy/lab30-web ${NS}`,
    `set env deploy/lab30-redis ${NS} A=b`,
    `set resources deploy/lab30-redis ${NS} --limits=memory=64Mi`,
    `label deploy lab30-redis ${NS} a=b`,
    `label deploy lab30-redis ${NS} a=c`,
    `annotate deploy lab30-redis ${NS} note=x`,
    `patch deploy lab30-redis ${NS} -p {"spec":{"minReadySeconds":1}}`,
    `patch deploy lab30-redis ${NS} --type=merge -p {"spec":{"replicas":-1}}`,
    `patch deploy lab30-redis ${NS} --type=json -p [{"op":"test","path":"/spec/minReadySeconds","value":7}]`,
    `patch deploy lab30-redis ${NS} --type=json -p [{"op":"remove","path":"/spec/nope"}]`,
    `patch deploy lab30-redis ${NS} --type=merge -p {"spec":{"selector":{"matchLabels":{"app":"x"}}}}`,
    `create secret generic s ${NS} --from-literal=a=b`,
    `create secret generic s ${NS} --from-literal=a=b`,
    `create secret docker-registry r ${NS} --docker-server=ghcr.io --docker-username=u --docker-password=p`,
    `get secret s ${NS}`,
    `create deployment made ${NS} --image=redis:7-alpine`,
    `create configmap c ${NS} --from-literal=a=b`,
    `create sa robot ${NS}`,
    `create deployment UPPER ${NS} --image=redis:7-alpine`,
    `run tmp ${NS} --image=redis:7-alpine`,
    `expose deploy made ${NS} --port=6379`,
    `delete deploy made ${NS} --dry-run=server`,
    `delete deploy made ${NS}`,
    `delete pod tmp ${NS} --grace-period=1`,
    `delete pod nope ${NS}`,
    `cordon worker-1`,
    `get nodes`,
    `uncordon worker-1`,
  ),
  { command: `apply --server-side -f -`, stdin: manifest(config) },
];

const rights: readonly Step[] = ['viewer', 'dev', 'nobody'].flatMap((user) =>
  plain(
    `--context cluster-${user} get pods -A`,
    `--context cluster-${user} get deploy lab30-web ${NS}`,
    `--context cluster-${user} get secrets ${NS}`,
    `--context cluster-${user} get nodes`,
    `--context cluster-${user} delete pod nope ${NS}`,
    `--context cluster-${user} auth can-i patch deploy ${NS}`,
    `--context cluster-${user} auth whoami`,
    `--context cluster-${user} rollout restart deploy/lab30-web ${NS}`,
    `--context cluster-${user} logs deploy/lab30-web ${NS} --tail=1`,
  ),
);

/** Everything the sandbox is meant to answer, in the order of an engineer's morning. */
export const STEPS: readonly Step[] = [
  ...setUp,
  ...reading,
  ...badImage,
  ...badArgs,
  ...writing,
  ...rights,
  ...plain('delete namespace lab30'),
];
