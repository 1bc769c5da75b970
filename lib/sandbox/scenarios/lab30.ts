import { applied, configMap, deployment, namespace, service, type DeploymentOptions } from './manifests.ts';
import { after, defineScenario, MINUTE } from './scenario.ts';

const WEB = 'ghcr.io/vlrrbn/lab30-web-metrics';

const web = (image: string) =>
  applied(
    deployment('lab30/lab30-web', {
      image,
      imagePullPolicy: 'Always',
      replicas: 1,
      container: 'web',
      envFrom: [{ configMapRef: { name: 'lab30-web-config' } }],
      readinessProbe: { httpGet: { path: '/health', port: 8080 }, initialDelaySeconds: 5, periodSeconds: 5 },
      livenessProbe: { httpGet: { path: '/health', port: 8080 }, initialDelaySeconds: 15, periodSeconds: 10 },
      resources: undefined,
      labels: { tier: 'frontend' },
      podLabels: { tier: 'frontend', service: 'labweb', env: 'lab' },
    }),
  );

const redis = (options: Partial<DeploymentOptions>) =>
  applied(
    deployment('lab30/lab30-redis', {
      image: 'redis:7-alpine',
      replicas: 1,
      port: 6379,
      container: 'redis',
      readinessProbe: { tcpSocket: { port: 6379 }, initialDelaySeconds: 5, periodSeconds: 5 },
      livenessProbe: { tcpSocket: { port: 6379 }, initialDelaySeconds: 10, periodSeconds: 10 },
      resources: undefined,
      labels: { tier: 'backend' },
      podLabels: { tier: 'backend' },
      ...options,
    }),
  );

/** The lab's namespace with both workloads running. */
export const lab30 = [
  namespace('lab30'),
  configMap('lab30/lab30-web-config', {
    APP_ENV: 'lab',
    REDIS_HOST: 'lab30-redis',
    REDIS_PORT: '6379',
  }),
  service('lab30/lab30-redis', 6379),
  service('lab30/lab30-web', 80, 8080),
  redis({ args: ['--save', '60', '1', '--loglevel', 'warning'] }),
  web(`${WEB}:0.2.1`),
];

export const badImage = defineScenario({
  id: 'bad-image',
  cause: 'image-tag-not-found',
  title: 'lab30-web is rolled out with a tag nobody pushed',
  story:
    'A manifest with the tag does-not-exist is applied. The registry answers not found, the new pod never starts, the old one keeps serving.',
  seed: lab30,
  script: [after(27 * MINUTE, 'kubectl apply -f web-bad-image.yaml', web(`${WEB}:does-not-exist`))],
  expect: { namespace: 'lab30', workload: 'lab30-web', reason: 'ImagePullBackOff' },
});

export const badRedisArgs = defineScenario({
  id: 'bad-redis-args',
  cause: 'wrong-arguments',
  title: 'lab30-redis gets arguments that are no command',
  story:
    'The arguments start with 9090 instead of an option, so the entrypoint executes 9090: not found, exit code 127, again and again.',
  seed: lab30,
  script: [
    after(
      19 * MINUTE,
      'kubectl apply -f bad-redis-arg.yaml',
      redis({ args: ['9090', '--save', '60', '1', '--loglevel', 'warning'] }),
    ),
  ],
  expect: { namespace: 'lab30', workload: 'lab30-redis', reason: 'CrashLoopBackOff', exitCode: 127 },
});
