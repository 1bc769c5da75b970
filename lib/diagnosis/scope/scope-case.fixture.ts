import type { SharedCause } from '#lib/model/shared-cause.ts';
import { aPod, type PodInput, aContainerStatus } from '#lib/testing/build-pod.ts';
import { aContainer } from '#lib/testing/build-template.ts';
import { at } from '#lib/testing/time.ts';
import type { ScopeMember, Touches } from './scope-member.ts';
import { sharedCauses } from './shared-causes.ts';
import type { StartedPod } from './witnesses.ts';

export const NOW = at('10:30:00');
export const SINCE = at('10:00:00');
export const REGISTRY = 'cache.acme.example';

type Seed = Partial<ScopeMember> & { readonly path: string; readonly on?: string };

/** A workload whose image a registry does not serve; a test names what differs. */
export function aMember({ path, on = 'node-1', ...seed }: Seed): ScopeMember {
  const [namespace = '', name = ''] = path.split('/');
  const touches: Touches = {
    registry: { key: REGISTRY, name: REGISTRY },
    image: { key: `${REGISTRY}/acme/${name}:1.2.1`, name: `${REGISTRY}/acme/${name}:1.2.1` },
    node: { key: on, name: on },
    namespace: { key: namespace, name: namespace },
    cluster: { key: '', name: 'the cluster' },
  };
  return {
    incidentId: `i-${path}`,
    workload: { kind: 'Deployment', namespace, name, uid: `uid-${path}` },
    state: 'open',
    severity: 'critical',
    sinceAt: SINCE,
    causeId: 'registry-server-error',
    certainty: 'likely',
    raw: `unexpected status from HEAD request to https://${REGISTRY}/v2/acme/${name}/manifests/1.2.1: 503 Service Unavailable`,
    pods: 2,
    nodes: [on],
    remedies: [],
    ...seed,
    touches: { ...touches, ...seed.touches },
  };
}

export const several = (paths: readonly string[], seed: Omit<Seed, 'path'> = {}): readonly ScopeMember[] =>
  paths.map((path, index) => aMember({ path, on: `node-${(index % 3) + 1}`, ...seed }));

/** Of different namespaces, on three nodes. */
export const outage = (count: number): readonly ScopeMember[] =>
  several(Array.from({ length: count }, (_, index) => `team-${index % 4}/app-${index}`));

/** A healthy pod that came after the trouble began, from the same registry unless said otherwise. */
export function started(
  path: string,
  {
    image = `${REGISTRY}/acme/other:1`,
    policy = 'Always',
    ...input
  }: PodInput & { image?: string; policy?: 'Always' | 'IfNotPresent' } = {},
): StartedPod {
  const [namespace = '', name = ''] = path.split('/');
  const pod = aPod({
    namespace,
    name: `${name}-5f7d-abcde`,
    createdAt: SINCE + 60_000,
    containers: [aContainer({ name: 'web', image, imagePullPolicy: policy })],
    statuses: [aContainerStatus({ name: 'web', image })],
    ...input,
  });
  return { pod, workload: { kind: 'Deployment', namespace, name, uid: `uid-${path}` } };
}

export function folded(
  members: readonly ScopeMember[],
  options: {
    readonly healthy?: readonly StartedPod[];
    readonly before?: readonly SharedCause[];
    readonly now?: number;
  } = {},
): readonly SharedCause[] {
  const { healthy = [], before = [], now = NOW } = options;
  return sharedCauses(before, members, {
    cluster: 'test',
    now,
    started: (since) => healthy.filter(({ pod }) => pod.meta.createdAt >= since),
  });
}
