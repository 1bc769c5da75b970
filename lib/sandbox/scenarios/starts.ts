import type { Draft } from '#lib/sandbox/client/write.ts';
import { configMap, deployment, namespace, service, type DeploymentOptions } from './manifests.ts';
import { after, defineScenario, MINUTE } from './scenario.ts';
import { daemonSet } from './workload-manifests.ts';

const small = { cpu: '20m', memory: '64Mi' } as const;

const webhooks = (options: Partial<DeploymentOptions>) =>
  deployment('payments/webhooks', {
    image: 'ghcr.io/acme/webhooks:1.2.0',
    ...small,
    health: '/healthz',
    ...options,
  });

export const wrongCommand = defineScenario({
  id: 'wrong-command',
  cause: 'command-not-found',
  title: 'webhooks is started with a command its image does not have',
  story:
    'The manifest was copied from another service and brought its command along. The runtime finds no such file, the container never runs, there is no log.',
  seed: [namespace('payments'), service('payments/webhooks', 80, 8080), webhooks({ cause: 'release 1.2.0' })],
  script: [
    after(
      18 * MINUTE,
      'set the command of webhooks',
      webhooks({ command: ['webhook-server', '--port=8080'], cause: 'listen port from the command line' }),
    ),
  ],
  expect: {
    namespace: 'payments',
    workload: 'webhooks',
    reason: 'CrashLoopBackOff',
    ended: 'StartError',
    exitCode: 128,
    says: 'exec: "webhook-server": executable file not found in $PATH',
  },
});

const launcher = (tag: string) =>
  deployment('platform/launcher', {
    image: `ghcr.io/acme/launcher:${tag}`,
    ...small,
    replicas: 1,
    cause: `release ${tag}`,
  });

export const missingInterpreter = defineScenario({
  id: 'missing-interpreter',
  cause: 'entrypoint-interpreter-missing',
  title: 'launcher 1.1.0 starts with a script whose interpreter is not in the image',
  story:
    'The base image lost its shell. The script is there and may be executed, but the kernel cannot find what its first line names: "no such file or directory", about a file that exists.',
  seed: [namespace('platform'), launcher('1.0.0')],
  script: [after(29 * MINUTE, 'release 1.1.0', launcher('1.1.0'))],
  expect: {
    namespace: 'platform',
    workload: 'launcher',
    reason: 'CrashLoopBackOff',
    ended: 'Error',
    exitCode: 255,
    log: 'exec /start.sh: no such file or directory',
  },
});

const loader = (options: Partial<DeploymentOptions>) =>
  deployment('data/loader', {
    image: 'ghcr.io/acme/shipping:2.3.0',
    ...small,
    replicas: 1,
    health: '/healthz',
    ...options,
  });

const loaderScript = configMap('data/loader-scripts', {
  'run.sh': '#!/bin/sh\nset -e\necho "loading from $SOURCE"\nexec /app/server\n',
});

export const scriptNotExecutable = defineScenario({
  id: 'script-not-executable',
  cause: 'command-permission-denied',
  title: 'loader is started by a script from a ConfigMap that may not be executed',
  story:
    'A start script was moved into a ConfigMap. Mounted files have mode 0644 unless defaultMode says otherwise, so the runtime may not execute it.',
  seed: [namespace('data'), loader({ cause: 'release 2.3.0' })],
  script: [
    after(
      12 * MINUTE,
      'start loader with run.sh',
      loaderScript,
      loader({
        command: ['/scripts/run.sh'],
        volumeMounts: [{ name: 'scripts', mountPath: '/scripts' }],
        pod: { volumes: [{ name: 'scripts', configMap: { name: 'loader-scripts' } }] },
        cause: 'start script from a ConfigMap',
      }),
    ),
  ],
  expect: {
    namespace: 'data',
    workload: 'loader',
    reason: 'CrashLoopBackOff',
    ended: 'StartError',
    exitCode: 128,
    says: 'exec: "/scripts/run.sh": permission denied',
  },
});

const shipper = (tag: string): Draft =>
  daemonSet('monitoring/log-shipper', {
    image: `ghcr.io/acme/launcher:${tag}`,
    ...small,
    container: 'shipper',
    cause: `release ${tag}`,
  });

export const execFormatError = defineScenario({
  id: 'exec-format-error',
  cause: 'exec-format-error',
  title: 'log-shipper 1.2.0 was built for another architecture',
  story:
    'The release was built on a laptop with an ARM processor and pushed over the tag. The nodes pull it, the kernel cannot execute it; the agent dies on one node after the other.',
  seed: [namespace('monitoring'), shipper('1.0.0')],
  script: [after(21 * MINUTE, 'release 1.2.0', shipper('1.2.0'))],
  expect: {
    namespace: 'monitoring',
    workload: 'log-shipper',
    kind: 'DaemonSet',
    reason: 'CrashLoopBackOff',
    ended: 'Error',
    exitCode: 255,
    log: 'exec /start.sh: exec format error',
  },
});

/** Containers that cannot be started at all. */
export const STARTS = [wrongCommand, missingInterpreter, scriptNotExecutable, execFormatError];
