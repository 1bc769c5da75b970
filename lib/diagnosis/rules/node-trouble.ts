import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { KubeNode } from '#lib/model/node.ts';
import { eventEvidence, fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding, type FindingParts } from '#lib/diagnosis/finding.ts';
import { nodeRemedies } from '#lib/diagnosis/node-remedies.ts';
import type { PodRule } from '#lib/diagnosis/rule.ts';

type NodeCause = Parameters<typeof nodeRemedies>[1];
type Said = Pick<FindingParts, 'certainty' | 'title' | 'sentence'> & {
  readonly causeId: NodeCause;
  readonly condition: string;
};

/**
 * The node itself is the incident: what its conditions say, most general first, because a node that does not report
 * says nothing else that is new.
 * https://kubernetes.io/docs/reference/node/node-status/#condition
 */
export const nodeTrouble: PodRule = ({ owner, nodes, events }) => {
  if (owner.kind !== 'Node') return undefined;
  const node = nodes.find(({ meta }) => meta.name === owner.name);
  const said = node && readNode(node);
  if (!node) return undefined;
  if (!said) return diskByEvents(node, events);
  const condition = node.conditions.find(({ type }) => type === said.condition);
  const text = condition
    ? `${condition.status}, ${condition.reason}: ${condition.message}`
    : 'never reported';
  return finding({
    causeId: said.causeId,
    certainty: said.certainty,
    title: said.title,
    sentence: said.sentence,
    raw: condition?.message,
    evidence: [
      {
        ...fieldEvidence(`status.conditions[${said.condition}]`, text),
        ...(condition?.lastTransitionAt === undefined ? {} : { at: condition.lastTransitionAt }),
      },
    ],
    remedies: nodeRemedies(node, said.causeId),
  });
};

const PRESSURES: readonly (readonly [string, NodeCause, string])[] = [
  ['DiskPressure', 'node-disk-pressure', 'disk'],
  ['MemoryPressure', 'node-memory-pressure', 'memory'],
  ['PIDPressure', 'node-memory-pressure', 'process ids'],
];

function readNode({ meta: { name }, conditions }: KubeNode): Said | undefined {
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (!ready || ready.status === 'Unknown') {
    return {
      condition: 'Ready',
      causeId: 'node-kubelet-stopped',
      certainty: 'proven',
      title: [`Node ${name} does not report`, 'The node does not report'],
      sentence: `The kubelet of ${name} ${ready ? 'stopped reporting' : 'has never reported'}.`,
    };
  }
  if (ready.status === 'False' && /NetworkReady=false|NetworkPluginNotReady|cni/i.test(ready.message)) {
    return {
      condition: 'Ready',
      causeId: 'node-network-not-ready',
      certainty: 'proven',
      title: [`No network plugin on ${name}`, 'No network plugin on the node'],
      sentence: `The network plugin of ${name} is not ready, so it starts no pods.`,
    };
  }
  if (ready.status === 'False' && /PLEG is not healthy|container runtime/i.test(ready.message)) {
    return {
      condition: 'Ready',
      causeId: 'node-runtime-unhealthy',
      certainty: 'proven',
      title: [`Runtime of ${name} hangs`, 'The container runtime hangs'],
      sentence: `The container runtime of ${name} does not answer the kubelet.`,
    };
  }
  const pressure = PRESSURES.find(([type]) =>
    conditions.some((condition) => condition.type === type && condition.status === 'True'),
  );
  if (!pressure) return undefined;
  const [condition, causeId, what] = pressure;
  return {
    condition,
    causeId,
    certainty: 'proven',
    title: [`Node ${name} is short of ${what}`, `The node is short of ${what}`],
    sentence: `${name} is short of ${what}; it evicts pods and takes no new ones.`,
  };
}

/** Collecting images frees nothing: the disk is full of something else, and pressure is next. */
function diskByEvents(node: KubeNode, events: readonly KubeEvent[]) {
  const { name } = node.meta;
  const told = events
    .filter(({ reason }) => reason === 'FreeDiskSpaceFailed' || reason === 'ImageGCFailed')
    .toSorted((a, b) => b.lastAt - a.lastAt)[0];
  if (!told) return undefined;
  return finding({
    causeId: 'node-disk-pressure',
    certainty: 'likely',
    title: [`Node ${name} is short of disk`, 'The node is short of disk'],
    sentence: `${name} is short of disk, and removing unused images frees too little.`,
    raw: told.message,
    evidence: [eventEvidence(told)],
    remedies: nodeRemedies(node, 'node-disk-pressure'),
  });
}
