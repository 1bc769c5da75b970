import { describe, expect, it } from 'vitest';
import { createStores } from '#lib/kube/stores.ts';
import type { IncidentFacts } from '#lib/views/incident-facts.ts';
import type { Incident } from '#lib/model/incident.ts';
import { aNode } from '#lib/testing/build-cluster.ts';
import { aCondition, ownerRefTo } from '#lib/testing/build-meta.ts';
import { aPod } from '#lib/testing/build-pod.ts';
import { aStatefulSet, aWorkloadRef } from '#lib/testing/build-workload.ts';
import { at } from '#lib/testing/time.ts';
import { ClusterObjects } from './cluster-objects.ts';
import { nodesOf } from './node-facts.ts';

const set = aStatefulSet({ name: 'db' });
const stores = createStores();
stores.nodes.upsert(aNode({ name: 'n1' }));
stores.nodes.upsert(aNode({ name: 'n2', unschedulable: true }));
stores.statefulsets.upsert(set);
stores.pods.upsert(aPod({ name: 'db-0', nodeName: 'n1', owner: ownerRefTo(set) }));
stores.pods.upsert(aPod({ name: 'lost', nodeName: 'n1' }));
stores.pods.upsert(aPod({ name: 'fine', nodeName: 'n1' }));
stores.pods.upsert(aPod({ name: 'elsewhere', nodeName: 'n2' }));

const anIncident = (input: Partial<Incident>): Incident => ({
  id: 'node',
  cluster: 'test',
  owner: aWorkloadRef({ kind: 'Node', namespace: '', name: 'n1' }),
  family: 'node',
  severity: 'critical',
  sinceAt: at('10:00:00'),
  problems: [],
  ...input,
});
const lost = { name: 'lost', uid: 'shop/lost' };
const ofNode = anIncident({
  problems: [
    {
      family: 'node',
      owner: aWorkloadRef(),
      pod: lost,
      reason: 'NodeStatusUnknown',
      sinceAt: 0,
      restartCount: 0,
    },
  ],
});
const finding: IncidentFacts['findings'][0] = {
  causeId: 'node-kubelet-stopped',
  certainty: 'proven',
  title: '',
  sentence: '',
  evidence: [],
  candidates: [],
  unchecked: [],
  remedies: [],
};
const ofSet = anIncident({ id: 'set', owner: aWorkloadRef({ kind: 'StatefulSet', name: 'db' }) });
const facts = (incident: Incident, causeId = finding.causeId, evidence = finding.evidence) =>
  nodesOf(
    { incident, findings: [{ ...finding, causeId, evidence }] },
    { listers: stores, objects: new ClusterObjects(stores), incidents: [ofNode, ofSet], rows: [] },
  );

it('what has not ended suffers on a node that is down', () => {
  stores.nodes.upsert(aNode({ name: 'n3', conditions: [aCondition('Ready', 'Unknown')] }));
  stores.pods.upsert(aPod({ name: 'runs', nodeName: 'n3' }));
  stores.pods.upsert(aPod({ name: 'over', nodeName: 'n3', phase: 'Failed' }));
  const [node] =
    facts(anIncident({ owner: aWorkloadRef({ kind: 'Node', namespace: '', name: 'n3' }) })) ?? [];
  expect(node?.pods.map(({ pod, suffers }) => [pod.meta.name, suffers]).toSorted()).toEqual([
    ['over', false],
    ['runs', true],
  ]);
});

describe('the nodes of an incident', () => {
  it('are the node itself with its pods, which of them fail, and where the trouble of their workloads is told', () => {
    const [node] = facts(ofNode) ?? [];
    expect(node?.node.meta.name).toBe('n1');
    const told = node?.pods.map(({ pod, suffers, incident }) => [pod.meta.name, suffers, incident?.id]);
    expect(told?.toSorted()).toEqual([
      ['db-0', false, 'set'],
      ['fine', false, undefined],
      ['lost', true, undefined],
    ]);
  });

  it('are those whose cordon keeps its pods away', () => {
    const evidence = [{ kind: 'field' as const, text: 'true', path: 'nodes/n2 spec.unschedulable' }];
    const nodes = facts(ofSet, 'node-cordoned', evidence);
    expect(nodes?.map(({ node }) => node.meta.name)).toEqual(['n2']);
  });

  it('are none of other causes, and an empty list of a node that is gone', () => {
    expect(facts(ofSet, 'app-error-exit')).toBeUndefined();
    expect(facts(anIncident({ owner: aWorkloadRef({ kind: 'Node', name: 'gone' }) }))).toEqual([]);
  });
});
