import type { ContainerSpec, Labels, PodSpec } from '#lib/sandbox/client/objects.ts';
import type { Draft } from '#lib/sandbox/client/write.ts';

export type WorkloadOptions = Partial<Omit<ContainerSpec, 'name' | 'image'>> & {
  readonly image: string;
  readonly port?: number;
  readonly cpu?: string;
  readonly memory?: string;
  readonly pod?: Partial<PodSpec>;
  readonly podAnnotations?: Labels;
  /** Further fields of the workload's spec. */
  readonly spec?: object;
};

function workload(kind: 'StatefulSet' | 'DaemonSet', path: string, options: WorkloadOptions): Draft {
  const [namespace = '', name = ''] = path.split('/');
  const { image, port = 8080, cpu = '100m', memory = '128Mi', pod, podAnnotations, spec, ...rest } = options;
  const labels = { app: name };
  const container: ContainerSpec = {
    name,
    image,
    ports: [{ containerPort: port }],
    readinessProbe: { tcpSocket: { port }, initialDelaySeconds: 2, periodSeconds: 5 },
    resources: { requests: { cpu, memory }, limits: { memory } },
    ...rest,
  };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { namespace, name, labels },
    spec: {
      selector: { matchLabels: labels },
      ...spec,
      template: {
        metadata: { labels, ...(podAnnotations ? { annotations: podAnnotations } : {}) },
        spec: { ...pod, containers: [container] },
      },
    },
  };
}

/** A StatefulSet as somebody would write it; its Service has its name. */
export const statefulSet = (path: string, { spec, ...options }: WorkloadOptions): Draft =>
  workload('StatefulSet', path, {
    ...options,
    spec: { replicas: 3, serviceName: path.split('/')[1], ...spec },
  });

export const daemonSet = (path: string, options: WorkloadOptions): Draft =>
  workload('DaemonSet', path, options);

/** One disk per pod of a StatefulSet. */
export const claimTemplate = (name: string, storageClassName: string, storage: string): object => ({
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage } } },
});
