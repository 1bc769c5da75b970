import { deployment, namespace, service, type DeploymentOptions } from './manifests.ts';
import { after, defineScenario, MINUTE } from './scenario.ts';

const analytics = (tag: string) =>
  deployment('data/analytics', {
    image: `ghcr.io/acme/analytics:${tag}`,
    replicas: 1,
    health: '/healthz',
    resources: { requests: { cpu: '50m', memory: '512Mi' } },
    cause: `release ${tag}`,
  });

export const oomNode = defineScenario({
  id: 'oom-node',
  cause: 'oom-node',
  title: 'analytics 7.1.0 has no memory limit and takes what the node has',
  story:
    'The release loads whole tables. Nothing stops it, so after two minutes the node itself runs out and its kernel picks the largest process: OOMKilled without a limit, and SystemOOM on the Node.',
  seed: [namespace('data'), service('data/analytics', 80, 8080), analytics('7.0.0')],
  script: [after(15 * MINUTE, 'release 7.1.0', analytics('7.1.0'))],
  expect: {
    namespace: 'data',
    workload: 'analytics',
    reason: 'CrashLoopBackOff',
    ended: 'OOMKilled',
    exitCode: 137,
    event: { reason: 'SystemOOM', about: 'Node' },
    says: 'System OOM encountered, victim process: server',
  },
});

const renderer = (tag: string) =>
  deployment('platform/renderer', {
    image: `ghcr.io/acme/renderer:${tag}`,
    replicas: 2,
    health: '/healthz',
    resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '256Mi' } },
    cause: `release ${tag}`,
  });

export const oomChild = defineScenario({
  id: 'oom-child',
  cause: 'oom-child-process',
  title: 'a worker of renderer 2.2.0 is killed for its memory, and takes the container along',
  story:
    'The main process stays small; the browser it starts does not. The kernel kills that one at the limit, the main process gives up with exit code 1: OOMKilled, but not 137.',
  seed: [namespace('platform'), service('platform/renderer', 80, 8080), renderer('2.1.0')],
  script: [after(17 * MINUTE, 'release 2.2.0', renderer('2.2.0'))],
  expect: {
    namespace: 'platform',
    workload: 'renderer',
    reason: 'CrashLoopBackOff',
    ended: 'OOMKilled',
    exitCode: 1,
    log: '[master] worker 24 was killed by signal 9, giving up',
  },
});

const session = (options: Partial<DeploymentOptions>) =>
  deployment('shop/session-api', {
    image: 'ghcr.io/acme/session-api:1.0.0',
    replicas: 2,
    health: '/healthz',
    env: [{ name: 'NODE_OPTIONS', value: '--max-old-space-size=256' }],
    resources: { requests: { cpu: '50m', memory: '256Mi' }, limits: { memory: '512Mi' } },
    ...options,
  });

export const heapLimit = defineScenario({
  id: 'heap-limit',
  cause: 'app-bug-exception',
  title: 'session-api 1.1.0 fills the heap Node.js allows it, long before its memory limit',
  story:
    'The release keeps every session. V8 gives up at --max-old-space-size and aborts with 134; the container had another 256 MiB, and nobody was OOMKilled.',
  seed: [namespace('shop'), service('shop/session-api', 80, 8080), session({ cause: 'release 1.0.0' })],
  script: [
    after(
      24 * MINUTE,
      'release 1.1.0',
      session({ image: 'ghcr.io/acme/session-api:1.1.0', cause: 'release 1.1.0' }),
    ),
  ],
  expect: {
    namespace: 'shop',
    workload: 'session-api',
    reason: 'CrashLoopBackOff',
    ended: 'Error',
    exitCode: 134,
    log: 'JavaScript heap out of memory',
  },
});

/** Three ends for want of memory that are not the container's own limit. */
export const OUT_OF_MEMORY = [oomNode, oomChild, heapLimit];
