import type { ContainerSpec, PodTemplate, Probe, ProbeHandler } from '#lib/model/pod-template.ts';

/** A container spec; `command`, `env` and the rest are given through `input`. */
export function aContainer(input: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    name: 'web',
    role: 'app',
    image: 'ghcr.io/acme/web:1.4.2',
    imagePullPolicy: 'IfNotPresent',
    env: [],
    envFrom: [],
    ports: [],
    resources: { requests: {}, limits: {} },
    mounts: [],
    security: {},
    ...input,
  };
}

export function aTemplate(input: Partial<PodTemplate> = {}): PodTemplate {
  return {
    labels: {},
    containers: [aContainer()],
    volumes: [],
    serviceAccountName: 'default',
    imagePullSecrets: [],
    nodeSelector: {},
    nodeTerms: [],
    tolerations: [],
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    schedulerName: 'default-scheduler',
    hostNetwork: false,
    podSecurity: {},
    hash: '',
    ...input,
  };
}

const HTTP: ProbeHandler = { kind: 'http', path: '/healthz', port: 8080, scheme: 'HTTP' };

/** A probe with the API's documented defaults. */
export function aProbe(input: Partial<Probe> = {}): Probe {
  return {
    handler: HTTP,
    initialDelaySeconds: 0,
    periodSeconds: 10,
    timeoutSeconds: 1,
    failureThreshold: 3,
    successThreshold: 1,
    ...input,
  };
}
