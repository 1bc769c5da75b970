import { isConditionTrue } from '#lib/health/condition-of.ts';
import type { IncidentRow } from '#lib/contract/incident-row.ts';
import type { Incident } from '#lib/model/incident.ts';
import type { KubeNode } from '#lib/model/node.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { IncidentFacts, NodeFacts, NodePodFacts } from '#lib/views/incident-facts.ts';
import { type ClusterListers, type ClusterObjects, ownerKey } from './cluster-objects.ts';

type Sources = {
  readonly listers: Pick<ClusterListers, 'nodes' | 'pods'>;
  readonly objects: Pick<ClusterObjects, 'nodeOf' | 'ownerOf' | 'seesAllPods'>;
  /** Everything in the list. */
  readonly incidents: readonly Incident[];
  readonly rows: readonly IncidentRow[];
};

/** More nodes than this in one incident say nothing new. */
const MAX_NODES = 5;

/** The nodes an incident is about: itself, or those whose cordon keeps its pods from starting. */
export function nodesOf(
  { incident, findings: [finding] }: Pick<IncidentFacts, 'incident' | 'findings'>,
  sources: Sources,
): readonly NodeFacts[] | undefined {
  const nodes = wanted(incident, finding, sources);
  if (!nodes) return undefined;
  const told = toldOf(incident, sources);
  const failing = new Set(incident.problems.flatMap(({ pod }) => pod?.uid ?? []));
  return nodes.map((node) => {
    const isDown = !isConditionTrue(node, 'Ready');
    // What is on a node that is down, and has not ended, suffers, whatever it says of itself.
    const suffers = (pod: Pod) => failing.has(pod.meta.uid) || (isDown && !ENDED.has(pod.phase));
    const pods = sources.listers.pods.by('node', node.meta.name);
    return {
      node,
      pods: pods.map((pod) => podFacts(pod, { suffers: suffers(pod), told, sources })),
      seesAllPods: sources.objects.seesAllPods(),
    };
  });
}

const ENDED: ReadonlySet<Pod['phase']> = new Set(['Succeeded', 'Failed']);

function wanted(
  { owner }: Incident,
  { causeId, evidence }: IncidentFacts['findings'][0],
  { listers, objects }: Sources,
): readonly KubeNode[] | undefined {
  if (owner.kind === 'Node') return [objects.nodeOf(owner.name) ?? []].flat();
  if (causeId !== 'node-cordoned') return undefined;
  const named = new Set(evidence.flatMap(({ path }) => /^nodes\/(\S+) /.exec(path ?? '')?.[1] ?? []));
  return listers.nodes
    .list()
    .filter(({ meta }) => named.has(meta.name))
    .slice(0, MAX_NODES);
}

type Told = {
  readonly byPod: ReadonlyMap<string, NodePodFacts['incident']>;
  readonly byOwner: ReadonlyMap<string, NodePodFacts['incident']>;
};

/** Open incidents other than this one, by the pods that fail in them and by their owners. */
function toldOf({ id: own }: Incident, { incidents, rows }: Sources): Told {
  const causes = new Map(rows.map(({ id, cause }) => [id, cause]));
  const others = incidents.filter(({ id, recoveredAt }) => id !== own && recoveredAt === undefined);
  const entry = ({ id }: Incident) => ({ id, cause: causes.get(id) ?? '' });
  return {
    byPod: new Map(
      others.flatMap((each) => each.problems.flatMap(({ pod }) => (pod ? [[pod.uid, entry(each)]] : []))),
    ),
    byOwner: new Map(others.map((each) => [ownerKey(each.owner), entry(each)])),
  };
}

function podFacts(
  pod: Pod,
  { suffers, told, sources }: { suffers: boolean; told: Told; sources: Sources },
): NodePodFacts {
  const owner = sources.objects.ownerOf(pod);
  const own = told.byPod.get(pod.meta.uid);
  const incident = own ?? told.byOwner.get(ownerKey(owner));
  return {
    pod,
    owner,
    suffers: suffers || own !== undefined,
    ...(incident ? { incident } : {}),
  };
}
