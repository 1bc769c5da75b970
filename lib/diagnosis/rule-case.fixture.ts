import type { Finding } from '#lib/model/finding.ts';
import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { ContainerSpec, PodTemplate } from '#lib/model/pod-template.ts';
import type { ContainerStatus, Pod, Terminated } from '#lib/model/pod.ts';
import { anEvent, aRevision } from '#lib/testing/build-cluster.ts';
import { aContainerStatus, aCrashLoopingStatus, aPod, terminated, waiting } from '#lib/testing/build-pod.ts';
import { aContainer, aTemplate } from '#lib/testing/build-template.ts';
import { at } from '#lib/testing/time.ts';
import { diagnose } from './diagnose.ts';
import type { DiagnosisInput, LogTailInput, References, SecretFacts } from './diagnosis-input.ts';

/** Test data for rules: one pod `shop/web-5f7d-abcde` of Deployment `shop/web`, and nothing else known. */
export const NOTHING_LOOKED_UP: References = {
  secrets: new Map(),
  configMaps: new Map(),
  serviceAccount: { state: 'exists', value: { imagePullSecrets: [] } },
};

export function aDiagnosisInput(input: Partial<DiagnosisInput> = {}): DiagnosisInput {
  return {
    now: Date.UTC(2026, 0, 15, 10, 5),
    owner: { kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'shop/web' },
    siblings: [],
    events: [],
    nodes: [],
    runningImages: [],
    changes: [],
    references: NOTHING_LOOKED_UP,
    logs: new Map(),
    ...input,
  };
}

type PodParts = {
  readonly status: ContainerStatus;
  readonly spec: ContainerSpec;
  readonly template?: Partial<PodTemplate>;
};

/** A pod with this one container; `pod` is a builder's pod the parts are put into. */
function withContainer(pod: Pod, { status, spec, template }: PodParts): Pod {
  return { ...pod, statuses: [status], template: { ...pod.template, ...template, containers: [spec] } };
}

export function logOf(container: string, ...lines: string[]): ReadonlyMap<string, LogTailInput> {
  return new Map([[container, { lines: lines.map((text) => ({ text })) }]]);
}

export function aDockerSecret(...registryHosts: string[]): SecretFacts {
  return { type: 'kubernetes.io/dockerconfigjson', keys: ['.dockerconfigjson'], registryHosts };
}

/** The event's container and pod are those of `withContainer`. */
const aboutContainer = (pod: Pod, container: string): KubeEvent['regarding'] => ({
  kind: 'Pod',
  namespace: pod.meta.namespace,
  name: pod.meta.name,
  uid: pod.meta.uid,
  container,
});

/** One container in one state, and what is known around it. */
type Case = Partial<Omit<DiagnosisInput, 'pod'>> & {
  readonly spec?: Partial<ContainerSpec>;
  readonly status?: Partial<ContainerStatus>;
  readonly imagePullSecrets?: readonly string[];
  readonly podEvents?: readonly (Partial<KubeEvent> & { reason: string; message: string })[];
};

export function inputOf({
  spec,
  status,
  imagePullSecrets = [],
  podEvents = [],
  ...rest
}: Case): DiagnosisInput {
  const container = aContainer(spec);
  const made = aContainerStatus({ name: container.name, image: container.image, ...status });
  const pod = withContainer(aPod(), { spec: container, status: made, template: { imagePullSecrets } });
  const events = podEvents.map((event) =>
    anEvent({ ...event, regarding: aboutContainer(pod, container.name) }),
  );
  return aDiagnosisInput({ pod, ...rest, events: [...(rest.events ?? []), ...events] });
}
export const primary = (input: Case): Finding => diagnose(inputOf(input))[0];

export const backOff = (image: string, error: string) => ({
  state: waiting('ImagePullBackOff', `Back-off pulling image "${image}": ErrImagePull: ${error}`),
});
export const crashed = (input: Partial<Terminated>): Partial<ContainerStatus> =>
  aCrashLoopingStatus({ lastTermination: terminated({ startedAt: at('10:00:00'), ...input }) });

export const WEB = 'ghcr.io/acme/web:does-not-exist';
export const NOT_FOUND = `failed to pull and unpack image "${WEB}": failed to resolve reference "${WEB}": ${WEB}: not found`;
export const ANONYMOUS =
  'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=x: 403 Forbidden';
export const HUB_DENIED = (image: string) =>
  `failed to resolve reference "docker.io/library/${image}": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`;
export const privateImage = {
  spec: { image: 'ghcr.io/acme/web:1' },
  status: backOff('ghcr.io/acme/web:1', ANONYMOUS),
};
export const lastGood = {
  revision: aRevision({
    number: 6,
    ready: 2,
    template: aTemplate({ hash: 'h6', containers: [aContainer({ image: 'ghcr.io/acme/web:0.2.1' })] }),
  }),
  proof: 'proven',
  because: 'has 2 ready pods now',
} as const;
