import type { ContainerSpec } from '#lib/sandbox/client/objects.ts';
import type { Draft } from '#lib/sandbox/client/write.ts';

type Identity = { readonly name: string; readonly namespace: string };

const identityOf = (path: string): Identity => {
  const [namespace = '', name = ''] = path.split('/');
  return { name, namespace };
};

const listening = (port: number): Partial<ContainerSpec> => ({
  ports: [{ containerPort: port }],
  readinessProbe: { tcpSocket: { port }, initialDelaySeconds: 2, periodSeconds: 5 },
  livenessProbe: { tcpSocket: { port }, initialDelaySeconds: 15, periodSeconds: 10 },
});

/** A database: three Pods with names that stay, behind a Service without an address. */
function database(path: string): readonly Draft[] {
  const metadata = identityOf(path);
  const labels = { app: metadata.name };
  const container: ContainerSpec = {
    name: 'postgres',
    image: 'postgres:16-alpine',
    resources: { requests: { cpu: '200m', memory: '512Mi' }, limits: { memory: '512Mi' } },
    ...listening(5432),
  };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...metadata, labels },
      spec: { clusterIP: 'None', selector: labels, ports: [{ port: 5432, targetPort: 5432 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { ...metadata, labels },
      spec: {
        replicas: 3,
        serviceName: metadata.name,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container] } },
      },
    },
  ];
}

/** An agent on every node, the control plane's too. */
function nodeAgent(path: string): Draft {
  const metadata = identityOf(path);
  const labels = { app: metadata.name };
  const container: ContainerSpec = {
    name: metadata.name,
    image: 'quay.io/prometheus/node-exporter:v1.10.2',
    resources: { requests: { cpu: '20m', memory: '32Mi' }, limits: { memory: '64Mi' } },
    ...listening(9100),
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { ...metadata, labels },
    spec: {
      selector: { matchLabels: labels },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%' } },
      template: {
        metadata: { labels },
        spec: {
          tolerations: [{ operator: 'Exists', effect: 'NoSchedule' }],
          containers: [container],
        },
      },
    },
  };
}

function scheduled(path: string, { image, schedule }: { image: string; schedule: string }): Draft {
  const metadata = identityOf(path);
  const labels = { app: metadata.name };
  const container: ContainerSpec = {
    name: metadata.name,
    image,
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { ...metadata, labels },
    spec: {
      schedule,
      concurrencyPolicy: 'Forbid',
      jobTemplate: {
        spec: {
          backoffLimit: 3,
          template: {
            metadata: { labels },
            spec: { restartPolicy: 'OnFailure', containers: [container] },
          },
        },
      },
    },
  };
}

/** What runs well beside the Deployments: a database, an agent on every node, a report and a nightly backup. */
export const fleetWorkloads = (): readonly Draft[] => [
  ...database('payments/orders-db'),
  nodeAgent('monitoring/node-exporter'),
  scheduled('payments/settlement-report', {
    image: 'ghcr.io/acme/settlement-report:1.1.0',
    schedule: '*/15 * * * *',
  }),
  scheduled('data/nightly-backup', { image: 'ghcr.io/acme/backup:1.1.0', schedule: '30 2 * * *' }),
];
