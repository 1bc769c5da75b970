import { deployment, namespace, service, type DeploymentOptions } from './manifests.ts';
import { after, defineScenario, MINUTE, SECOND } from './scenario.ts';

const small = { cpu: '20m', memory: '64Mi', health: '/healthz' } as const;

const importer = (tag: string) =>
  deployment('data/importer', {
    image: `ghcr.io/acme/importer:${tag}`,
    ...small,
    replicas: 1,
    cause: `release ${tag}`,
  });

export const exitsAtOnce = defineScenario({
  id: 'exit-zero-loop',
  cause: 'app-exits-immediately',
  title: 'importer 3.0.0 does its work and ends, in a Deployment that wants it to stay',
  story:
    'What used to be a service became a one-shot program. It imports, exits 0, and is started again for ever: a crash loop without a crash.',
  seed: [namespace('data'), importer('2.9.0')],
  script: [after(20 * MINUTE, 'release 3.0.0', importer('3.0.0'))],
  expect: {
    namespace: 'data',
    workload: 'importer',
    reason: 'CrashLoopBackOff',
    ended: 'Completed',
    exitCode: 0,
    log: 'imported 1204 rows, done',
  },
});

const codec = (tag: string) =>
  deployment('platform/codec', { image: `ghcr.io/acme/codec:${tag}`, ...small, cause: `release ${tag}` });

export const segfault = defineScenario({
  id: 'segfault',
  cause: 'illegal-instruction-or-segfault',
  title: 'codec 1.1.0 crashes inside a native library',
  story:
    'The release links a newer decoder. After a few frames it touches memory that is not its own: exit code 139, and not a word in the log.',
  seed: [namespace('platform'), service('platform/codec', 80, 8080), codec('1.0.0')],
  script: [after(30 * MINUTE, 'release 1.1.0', codec('1.1.0'))],
  expect: {
    namespace: 'platform',
    workload: 'codec',
    reason: 'CrashLoopBackOff',
    ended: 'Error',
    exitCode: 139,
  },
});

const loyalty = (host: string) =>
  deployment('loyalty/loyalty', {
    image: 'ghcr.io/acme/loyalty:1.1.0',
    ...small,
    env: [
      { name: 'DATABASE_HOST', value: host },
      { name: 'DATABASE_PORT', value: '5432' },
    ],
    cause: `database host ${host}`,
  });

const postgres = (path: string, replicas: number) =>
  deployment(path, {
    image: 'postgres:16-alpine',
    port: 5432,
    replicas,
    cpu: '20m',
    memory: '128Mi',
    strategy: { type: 'Recreate' },
  });

export const dependencyNameWrong = defineScenario({
  id: 'dependency-dns',
  cause: 'dns-name-wrong',
  title: 'loyalty looks for its database under a name that does not exist',
  story:
    'The host in the manifest was changed to the name the database has in another cluster. Here the Service is called postgres; the cluster DNS answers that there is no such name.',
  seed: [
    namespace('loyalty'),
    service('loyalty/postgres', 5432),
    postgres('loyalty/postgres', 1),
    loyalty('postgres'),
  ],
  script: [after(15 * MINUTE + 40 * SECOND, 'point loyalty to postgres-rw', loyalty('postgres-rw'))],
  expect: {
    namespace: 'loyalty',
    workload: 'loyalty',
    reason: 'CrashLoopBackOff',
    exitCode: 1,
    log: 'could not translate host name "postgres-rw" to address: Name or service not known',
  },
});

const profile = (options: Partial<DeploymentOptions> = {}) =>
  deployment('accounts/profile', {
    image: 'ghcr.io/acme/profile:4.0.0',
    ...small,
    env: [
      { name: 'DATABASE_HOST', value: 'postgres' },
      { name: 'DATABASE_PORT', value: '5432' },
    ],
    ...options,
  });

export const dependencyRefused = defineScenario({
  id: 'dependency-refused',
  cause: 'dependency-unavailable',
  title: 'profile is restarted while its database is scaled to nothing',
  story:
    'The database was scaled down for a restore and forgotten. Its Service is there and has no endpoint, so connections are refused; then profile was rolled out and could not start.',
  seed: [
    namespace('accounts'),
    service('accounts/postgres', 5432),
    postgres('accounts/postgres', 1),
    service('accounts/profile', 80, 8080),
    profile({ cause: 'release 4.0.0' }),
  ],
  script: [
    after(25 * MINUTE, 'scale the database to 0', postgres('accounts/postgres', 0)),
    after(
      27 * MINUTE,
      'raise the log level of profile',
      profile({
        env: [
          { name: 'DATABASE_HOST', value: 'postgres' },
          { name: 'DATABASE_PORT', value: '5432' },
          { name: 'LOG_LEVEL', value: 'debug' },
        ],
        cause: 'debug log',
      }),
    ),
  ],
  expect: {
    namespace: 'accounts',
    workload: 'profile',
    reason: 'CrashLoopBackOff',
    exitCode: 1,
    log: ':5432: connect: connection refused',
  },
});

const notifier = (options: Partial<DeploymentOptions>) =>
  deployment('platform/notifier', {
    image: 'ghcr.io/acme/consumer:1.0.0',
    ...small,
    replicas: 1,
    readinessProbe: undefined,
    livenessProbe: undefined,
    ...options,
  });

export const postStartFailing = defineScenario({
  id: 'post-start-failing',
  cause: 'poststart-hook-failed',
  title: 'notifier registers itself in a postStart hook whose tool is not in the image',
  story:
    'The hook calls a script the image never had. The container runs well for a moment, and is killed because its hook failed.',
  seed: [namespace('platform'), notifier({ cause: 'release 1.0.0' })],
  script: [
    after(
      23 * MINUTE,
      'register notifier at its start',
      notifier({
        lifecycle: { postStart: { exec: { command: ['/bin/sh', '-c', 'register-consumer --queue mail'] } } },
        cause: 'register with the broker',
      }),
    ),
  ],
  expect: {
    namespace: 'platform',
    workload: 'notifier',
    reason: 'PostStartHookError',
    event: { reason: 'FailedPostStartHook', about: 'Pod' },
    says: 'PostStartHook failed',
  },
});

/** Programs that start and end again. */
export const CRASHES = [exitsAtOnce, segfault, dependencyNameWrong, dependencyRefused, postStartFailing];
