import { describe, expect, it } from 'vitest';
import type { Pod } from '#lib/sandbox/client/objects.ts';
import type { PodAffinityTerm } from '#lib/sandbox/client/placement-objects.ts';
import { placement } from './fit.ts';
import { aClaim, aClass, aNode, aPod, aSnapshot, aVolume, FOUR_NODES } from './test-snapshot.ts';

const messageFor = (pod: Pod, contents: Parameters<typeof aSnapshot>[0] = {}): string => {
  const placed = placement(pod, aSnapshot(contents));
  return 'message' in placed ? placed.message : `on ${placed.node}`;
};
const WORKERS = ['worker-1', 'worker-2', 'worker-3'];
const onEach = (options: Parameters<typeof aPod>[0]): readonly Pod[] =>
  WORKERS.map((nodeName) => aPod({ ...options, name: `on-${nodeName}`, nodeName }));
const hostname: PodAffinityTerm = {
  topologyKey: 'kubernetes.io/hostname',
  labelSelector: { matchLabels: { app: 'web' } },
};
const required = (term: PodAffinityTerm) => ({ requiredDuringSchedulingIgnoredDuringExecution: [term] });
const named = (name: string) => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] }],
    },
  },
});
const usesClaim = (claimName: string) =>
  aPod({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }] });

const UNHELPFUL =
  'no new claims to deallocate, preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.';
const NO_VICTIMS =
  'no new claims to deallocate, preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.';

/** Messages as a 1.35.4 scheduler wrote them for the same pods on the same nodes. */
describe('the message of a pod that fits nowhere', () => {
  it.each<[string, string, string]>([
    ['cpu of no node', '9', `3 Insufficient cpu. ${UNHELPFUL}`],
    ['cpu that is in use', '3', `3 Insufficient cpu. ${NO_VICTIMS}`],
  ])('names the %s', (_case, cpu, rest) => {
    const pods = onEach({ requests: { cpu: '3' } });
    expect(messageFor(aPod({ requests: { cpu } }), { pods })).toBe(
      `0/4 nodes are available: 1 node(s) had untolerated taint(s), ${rest}`,
    );
  });

  it.each<[string, Pod, string]>([
    [
      'every resource a node is short of',
      aPod({ requests: { cpu: '9', memory: '90Gi' } }),
      '3 Insufficient cpu, 3 Insufficient memory.',
    ],
    ['local disk', aPod({ requests: { 'ephemeral-storage': '900Gi' } }), '3 Insufficient ephemeral-storage.'],
    ['extended resources', aPod({ requests: { 'nvidia.com/gpu': '1' } }), '3 Insufficient nvidia.com/gpu.'],
    [
      'selectors',
      aPod({ nodeSelector: { disk: 'ssd' } }),
      "3 node(s) didn't match Pod's node affinity/selector.",
    ],
    [
      'affinity to pods that do not exist',
      aPod({ affinity: { podAffinity: required(hostname) } }),
      "3 node(s) didn't match pod affinity rules.",
    ],
    [
      'spread over a label no node has',
      aPod({
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: 'rack', whenUnsatisfiable: 'DoNotSchedule', labelSelector: {} },
        ],
      }),
      "3 node(s) didn't match pod topology spread constraints (missing required label).",
    ],
    [
      'nodes asked for by name',
      aPod({ affinity: named('control-plane') }),
      "3 node(s) didn't satisfy plugin(s) [NodeAffinity].",
    ],
  ])('names %s', (_case, pod, rest) =>
    expect(messageFor(pod)).toBe(
      `0/4 nodes are available: 1 node(s) had untolerated taint(s), ${rest} ${UNHELPFUL}`,
    ),
  );

  it('counts all nodes for a name that does not exist', () =>
    expect(messageFor(aPod({ affinity: named('nope') }))).toBe(
      `0/4 nodes are available: 4 node(s) didn't satisfy plugin(s) [NodeAffinity]. ${UNHELPFUL}`,
    ));

  it.each<[string, Pod, Parameters<typeof aPod>[0], string]>([
    [
      'taken ports',
      aPod({ hostPort: 8080 }),
      { hostPort: 8080 },
      "didn't have free ports for the requested pod ports",
    ],
    [
      'anti-affinity of the pod',
      aPod({ affinity: { podAntiAffinity: required(hostname) } }),
      { labels: { app: 'web' } },
      "didn't match pod anti-affinity rules",
    ],
    [
      'anti-affinity of the pods there',
      aPod({ labels: { app: 'web' } }),
      { affinity: { podAntiAffinity: required(hostname) } },
      "didn't satisfy existing pods anti-affinity rules",
    ],
  ])('names %s', (_case, pod, present, reason) =>
    expect(messageFor(pod, { pods: onEach(present) })).toBe(
      `0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 node(s) ${reason}. ${NO_VICTIMS}`,
    ),
  );

  it('speaks of cordons and of full nodes', () => {
    const full = aNode('full');
    const nodes = [
      aNode('away', { spec: { unschedulable: true } }),
      { ...full, status: { allocatable: { pods: '1' } } },
    ];
    expect(messageFor(aPod(), { nodes, pods: [aPod({ name: 'other', nodeName: 'full' })] })).toBe(
      '0/2 nodes are available: 1 Too many pods, 1 node(s) were unschedulable. no new claims to deallocate, preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.',
    );
  });

  it('is short without nodes', () =>
    expect(messageFor(aPod(), { nodes: [] })).toBe('no nodes available to schedule pods'));
});

describe('claims', () => {
  const classes = [
    aClass('now', 'Immediate'),
    aClass('later', 'WaitForFirstConsumer'),
    aClass('local', 'WaitForFirstConsumer', 'kubernetes.io/no-provisioner'),
  ];
  const inZone = (zone: string) => ({
    required: {
      nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: [zone] }] }],
    },
  });
  const bound = { 'pv.kubernetes.io/bind-completed': 'yes' };

  it.each<[string, ReturnType<typeof aClaim>[], string]>([
    ['is missing', [], '0/4 nodes are available: persistentvolumeclaim "c" not found. not found'],
    [
      'should be bound already',
      [aClaim('c', { storageClassName: 'now' })],
      '0/4 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found',
    ],
    [
      'has a class that does not exist',
      [aClaim('c', { storageClassName: 'nosuch' })],
      '0/4 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found',
    ],
    [
      'finds no local volume',
      [aClaim('c', { storageClassName: 'local' })],
      `0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 node(s) didn't find available persistent volumes to bind. ${UNHELPFUL}`,
    ],
    [
      'is bound to a volume elsewhere',
      [aClaim('c', { volumeName: 'far' }, bound)],
      `0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 node(s) didn't match PersistentVolume's node affinity. ${UNHELPFUL}`,
    ],
    [
      'lost its volume',
      [aClaim('c', { volumeName: 'gone' }, bound)],
      `0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s). ${UNHELPFUL}`,
    ],
  ])('keep a pod waiting whose claim %s', (_case, claims, message) => {
    const volumes = [aVolume('far', { nodeAffinity: inZone('x') })];
    expect(messageFor(usesClaim('c'), { claims, classes, volumes })).toBe(message);
  });

  it('send the pod where a local volume is, and reserve the smallest that suffices', () => {
    const volumes = [
      aVolume('big', { storageClassName: 'local', capacity: { storage: '9Gi' } }),
      aVolume('small', { storageClassName: 'local', nodeAffinity: inZone('c') }),
      aVolume('tiny', { storageClassName: 'local', capacity: { storage: '1Mi' } }),
    ].filter(({ metadata: { name } }) => name !== 'big');
    const claims = [aClaim('c', { storageClassName: 'local' })];
    const placed = placement(usesClaim('c'), aSnapshot({ claims, classes, volumes }));
    expect(placed).toMatchObject({
      node: 'worker-2',
      claims: { bind: [{ volume: { metadata: { name: 'small' } } }] },
    });
  });

  it('have a volume made where the pod goes', () => {
    const claims = [aClaim('c', { storageClassName: 'later' })];
    expect(placement(usesClaim('c'), aSnapshot({ claims, classes }))).toMatchObject({
      node: 'worker-1',
      claims: { provision: [{ metadata: { name: 'c' } }] },
    });
  });
});

describe('placement', () => {
  it.each<[string, Pod, readonly Pod[], string]>([
    [
      'the emptiest node',
      aPod({ requests: { cpu: '500m' } }),
      onEach({ requests: { cpu: '1' } }).slice(0, 2),
      'worker-3',
    ],
    [
      'a tainted node with the toleration',
      aPod({ tolerations: [{ operator: 'Exists' }], affinity: named('control-plane') }),
      [],
      'control-plane',
    ],
    [
      'the first of its kind despite affinity to itself',
      aPod({ labels: { app: 'web' }, affinity: { podAffinity: required(hostname) } }),
      [],
      'worker-1',
    ],
    [
      'beside the pod it wants',
      aPod({ affinity: { podAffinity: required(hostname) } }),
      [aPod({ labels: { app: 'web' }, nodeName: 'worker-3' })],
      'worker-3',
    ],
    [
      'where the skew stays small',
      aPod({
        labels: { app: 'web' },
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: 'kubernetes.io/hostname',
            whenUnsatisfiable: 'DoNotSchedule',
            nodeTaintsPolicy: 'Honor',
            labelSelector: { matchLabels: { app: 'web' } },
          },
        ],
      }),
      onEach({ labels: { app: 'web' } }).slice(1),
      'worker-1',
    ],
    ['exactly full', aPod({ requests: { cpu: '300m' } }), onEach({ requests: { cpu: '3700m' } }), 'worker-1'],
  ])('takes %s', (_case, pod, pods, node) =>
    expect(placement(pod, aSnapshot({ pods }))).toMatchObject({ node }),
  );

  it('avoids a node that prefers not to, as long as there is another', () => {
    const shy = aNode('shy', { spec: { taints: [{ key: 'k', effect: 'PreferNoSchedule' }] } });
    expect(placement(aPod(), aSnapshot({ nodes: [shy, aNode('z')] }))).toMatchObject({ node: 'z' });
    expect(placement(aPod(), aSnapshot({ nodes: [shy] }))).toMatchObject({ node: 'shy' });
  });

  it('counts a sidecar beside the containers and an init container only at its time', () => {
    const pod = aPod({ requests: { cpu: '3' } });
    const container = (name: string, cpu: string) => ({ name, image: 'i', resources: { requests: { cpu } } });
    const init = { ...pod, spec: { ...pod.spec, initContainers: [container('migrate', '4')] } };
    const sidecar = {
      ...pod,
      spec: { ...pod.spec, initContainers: [{ ...container('proxy', '2'), restartPolicy: 'Always' }] },
    };
    expect(placement(init, aSnapshot())).toHaveProperty('node');
    expect(placement(sidecar, aSnapshot())).toHaveProperty('message');
  });
});

describe('preemption', () => {
  const important = aPod({ name: 'important', requests: { cpu: '3' }, priority: 1000 });
  const busy = (name: string, nodeName: string, more: Parameters<typeof aPod>[0] = {}) =>
    aPod({ name, nodeName, requests: { cpu: '2' }, ...more });

  it('evicts the least important pods of one node, and no more than needed', () => {
    const pods = [
      ...WORKERS.flatMap((node) => [
        busy(`${node}-a`, node, { priority: 10 }),
        busy(`${node}-b`, node, { priority: 10 }),
      ]),
    ].map((pod) =>
      pod.metadata.name === 'worker-2-b' ? { ...pod, spec: { ...pod.spec, priority: 1 } } : pod,
    );
    const small = { ...important, spec: aPod({ requests: { cpu: '1' }, priority: 1000 }).spec };
    expect(placement(small, aSnapshot({ pods }))).toMatchObject({
      message: '0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 Insufficient cpu.',
      preempt: { node: 'worker-2', victims: [{ metadata: { name: 'worker-2-b' } }] },
    });
  });

  it('prefers victims whose budget allows it', () => {
    const pods = WORKERS.map((node) =>
      busy(node, node, { labels: node === 'worker-3' ? {} : { app: 'db' } }),
    );
    const metadata = { name: 'db', namespace: 's', uid: 'b', resourceVersion: '1', creationTimestamp: '' };
    const budgets = [
      { metadata, spec: { selector: { matchLabels: { app: 'db' } } }, status: { disruptionsAllowed: 0 } },
    ];
    expect(placement(important, aSnapshot({ pods, budgets }))).toMatchObject({
      preempt: { node: 'worker-3' },
    });
  });

  it('does not happen for a pod that must not preempt, nor while earlier victims are still ending', () => {
    const pods = WORKERS.map((node) => busy(node, node));
    const polite = { ...important, spec: { ...important.spec, preemptionPolicy: 'Never' } };
    expect(messageFor(polite, { pods })).toContain('preemption: not eligible due to preemptionPolicy=Never.');
    const ending = pods.map((pod) => ({
      ...pod,
      metadata: { ...pod.metadata, deletionTimestamp: '2026-01-05T09:00:00Z' },
      status: {
        conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' } as const],
      },
    }));
    const nominated = { ...important, status: { nominatedNodeName: 'worker-1' } };
    expect(messageFor(nominated, { pods: ending })).toContain(
      'preemption: not eligible due to a terminating pod on the nominated node.',
    );
  });

  it('says why even an emptied node would not do', () => {
    const pods = [
      busy('pinned', 'worker-1', { priority: 2000 }),
      busy('small', 'worker-1', { requests: { cpu: '100m' } }),
    ];
    expect(messageFor(important, { nodes: FOUR_NODES.slice(0, 2), pods })).toContain(
      'preemption: 0/2 nodes are available: 1 Insufficient cpu, 1 Preemption is not helpful for scheduling.',
    );
  });
});
