import type { ContainerSpec, Labels, PodSpec } from '#lib/sandbox/client/objects.ts';
import type { Draft } from '#lib/sandbox/client/write.ts';
import { deployment, type DeploymentOptions } from './manifests.ts';

/** What is no Deployment, in the same short form. */
type SetOptions = DeploymentOptions & { readonly spec?: object };

function setOf(kind: 'StatefulSet' | 'DaemonSet', path: string, options: SetOptions): Draft {
  const { spec: more, ...rest } = options;
  const { metadata, spec } = deployment(path, rest);
  const { replicas, strategy: _strategy, ...selected } = spec as Readonly<Record<string, unknown>>;
  const ofKind = kind === 'StatefulSet' ? { replicas, serviceName: metadata.name } : {};
  return { apiVersion: 'apps/v1', kind, metadata, spec: { ...ofKind, ...selected, ...more } };
}

/** `statefulSet('data/queue', { image, replicas, port, spec: { volumeClaimTemplates } })`; make a headless Service beside it. */
export const statefulSet = (path: string, options: SetOptions): Draft => setOf('StatefulSet', path, options);

export const daemonSet = (path: string, options: SetOptions): Draft => setOf('DaemonSet', path, options);

export type TaskOptions = Partial<Omit<ContainerSpec, 'name'>> & {
  readonly image: string;
  readonly annotations?: Labels;
  readonly pod?: Partial<PodSpec>;
};

function taskOf(path: string, { image, annotations: _annotations, pod, ...overrides }: TaskOptions) {
  const [, name = ''] = path.split('/');
  const container: ContainerSpec = {
    name,
    image,
    resources: { requests: { cpu: '25m', memory: '64Mi' }, limits: { memory: '128Mi' } },
    ...overrides,
  };
  return {
    metadata: { labels: { app: name } },
    spec: { restartPolicy: 'Never', ...pod, containers: [container] },
  };
}

function metadataOf(path: string, annotations?: Labels): Draft['metadata'] {
  const [namespace = '', name = ''] = path.split('/');
  return { name, namespace, labels: { app: name }, ...(annotations ? { annotations } : {}) };
}

export const job = (path: string, options: TaskOptions, spec: object = {}): Draft => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: metadataOf(path, options.annotations),
  spec: { ...spec, template: taskOf(path, options) },
});

/** `spec` has at least the schedule; what is said of Jobs goes into `jobSpec`. */
export const cronJob = (
  path: string,
  options: TaskOptions,
  {
    jobSpec,
    ...spec
  }: { readonly schedule: string; readonly jobSpec?: object; readonly [field: string]: unknown },
): Draft => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: metadataOf(path, options.annotations),
  spec: { ...spec, jobTemplate: { spec: { ...jobSpec, template: taskOf(path, options) } } },
});

/** A Service without an address of its own, as a StatefulSet wants it. */
export function headlessService(path: string, port: number): Draft {
  const [namespace = '', name = ''] = path.split('/');
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: { app: name } },
    spec: {
      clusterIP: 'None',
      selector: { app: name },
      ports: [{ port, targetPort: port, protocol: 'TCP' }],
    },
  };
}

/** One disk per pod of a StatefulSet. */
export const claimTemplate = (name: string, storageClassName: string, storage: string): object => ({
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage } } },
});
