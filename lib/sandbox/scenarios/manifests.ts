import type { ContainerSpec, Labels, PodSpec, ProbeSpec } from '#lib/sandbox/client/objects.ts';
import type { Draft } from '#lib/sandbox/client/write.ts';

export type DeploymentOptions = Partial<Omit<ContainerSpec, 'name'>> & {
  readonly image: string;
  readonly replicas?: number;
  readonly port?: number;
  /** Container name; the Deployment's own otherwise. */
  readonly container?: string;
  readonly cpu?: string;
  readonly memory?: string;
  /** Path of both probes; without it they only connect. */
  readonly health?: string;
  /** Beside `app`, on the Deployment and on its pods. */
  readonly labels?: Labels;
  readonly podLabels?: Labels;
  readonly podAnnotations?: Labels;
  /** Recorded as kubernetes.io/change-cause. */
  readonly cause?: string;
  readonly strategy?: object;
  readonly annotations?: Labels;
  /** Of the pods, beside their one container. */
  readonly pod?: Partial<PodSpec>;
  /** Further fields of the Deployment's spec. */
  readonly spec?: object;
};

/** A probe of the kind the manifest names, with the sandbox's usual timing. */
function defaultProbe({ port = 8080, health }: DeploymentOptions, timing: Partial<ProbeSpec>): ProbeSpec {
  return { ...(health ? { httpGet: { path: health, port } } : { tcpSocket: { port } }), ...timing };
}

/** A Deployment as somebody would write it: `deployment('shop/cart', { image, replicas, port })`. */
export function deployment(path: string, options: DeploymentOptions): Draft {
  const [namespace = '', name = ''] = path.split('/');
  const {
    image,
    replicas = 2,
    port = 8080,
    container = name,
    cpu = '25m',
    memory = '128Mi',
    ...rest
  } = options;
  const selected = { app: name };
  const {
    labels,
    podLabels,
    podAnnotations,
    cause,
    strategy,
    annotations,
    pod,
    spec: more,
    health: _health,
    ...overrides
  } = rest;
  const spec: ContainerSpec = {
    name: container,
    image,
    ports: [{ containerPort: port }],
    readinessProbe: defaultProbe(options, { initialDelaySeconds: 2, periodSeconds: 5 }),
    livenessProbe: defaultProbe(options, { initialDelaySeconds: 15, periodSeconds: 10 }),
    resources: { requests: { cpu, memory }, limits: { memory } },
    ...overrides,
  };
  const notes = { ...annotations, ...(cause ? { 'kubernetes.io/change-cause': cause } : {}) };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace,
      labels: { ...selected, ...labels },
      ...(Object.keys(notes).length > 0 ? { annotations: notes } : {}),
    },
    spec: {
      replicas,
      selector: { matchLabels: selected },
      ...(strategy ? { strategy } : {}),
      ...more,
      template: {
        metadata: {
          labels: { ...selected, ...podLabels },
          ...(podAnnotations ? { annotations: podAnnotations } : {}),
        },
        spec: { ...pod, containers: [spec] },
      },
    },
  };
}

export function service(path: string, port: number, targetPort = port): Draft {
  const [namespace = '', name = ''] = path.split('/');
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: { app: name } },
    spec: { selector: { app: name }, ports: [{ port, targetPort, protocol: 'TCP' }] },
  };
}

export function configMap(path: string, data: Labels): Draft {
  const [namespace = '', name = ''] = path.split('/');
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data };
}

/** Values as one reads them; `type` is Opaque unless said. */
export function secret(path: string, values: Labels, type?: string): Draft {
  const [namespace = '', name = ''] = path.split('/');
  const data = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  );
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, ...(type ? { type } : {}), data };
}

type Login = { readonly username: string; readonly password: string };

/** As `kubectl create secret docker-registry` writes it: logins by registry host. */
export const pullSecret = (path: string, auths: Readonly<Record<string, Login>>): Draft =>
  secret(path, { '.dockerconfigjson': dockerConfig(auths) }, 'kubernetes.io/dockerconfigjson');

export function dockerConfig(logins: Readonly<Record<string, Login>>): string {
  const auths = Object.entries(logins).map(([host, { username, password }]) => {
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    return [host, { username, password, auth }];
  });
  return JSON.stringify({ auths: Object.fromEntries(auths) as unknown });
}

export const namespace = (name: string): Draft => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
});

/** As `kubectl apply` leaves it: with the manifest remembered in an annotation. */
export function applied(object: Draft): Draft {
  const { metadata } = object;
  const manifest = { ...object, metadata: { annotations: {}, ...metadata } };
  return {
    ...object,
    metadata: {
      ...metadata,
      annotations: {
        ...metadata.annotations,
        'kubectl.kubernetes.io/last-applied-configuration': `${JSON.stringify(manifest)}\n`,
      },
    },
  };
}
