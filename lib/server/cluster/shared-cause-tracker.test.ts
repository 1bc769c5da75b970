import { describe, expect, it } from 'vitest';
import { finding } from '#lib/diagnosis/finding.ts';
import { createStores } from '#lib/kube/stores.ts';
import type { Incident } from '#lib/model/incident.ts';
import type { Pod } from '#lib/model/pod.ts';
import { aContainerStatus, aPod, waiting } from '#lib/testing/build-pod.ts';
import { at, MINUTE } from '#lib/testing/time.ts';
import { ClusterObjects } from './cluster-objects.ts';
import { SharedCauseTracker } from './shared-cause-tracker.ts';

const NOW = at('10:10:00');
const TEAMS = ['a', 'b', 'c', 'd'];
const IMAGE = 'cache.acme.example/app:1';
const FAILS = finding({
  causeId: 'registry-server-error',
  certainty: 'likely',
  title: 'Registry answers with an error',
  sentence: 'cache.acme.example answers with a server error.',
  raw: 'unexpected status code: 503 Service Unavailable',
  container: 'web',
  evidence: [],
});

const podOf = (team: string): Pod =>
  aPod({
    uid: `uid-${team}`,
    name: 'app',
    namespace: team,
    nodeName: `node-${team}`,
    statuses: [aContainerStatus({ image: IMAGE, state: waiting('ImagePullBackOff') })],
  });

function anIncident(team: string, more: Partial<Incident> = {}): Incident {
  const owner = { kind: 'Pod', namespace: team, name: 'app', uid: `uid-${team}` };
  const pod = { name: 'app', uid: `uid-${team}`, nodeName: `node-${team}` };
  const problem = {
    family: 'image',
    owner,
    pod,
    reason: 'ImagePullBackOff',
    sinceAt: NOW,
    restartCount: 0,
  } as const;
  return {
    id: `i-${team}`,
    cluster: 'test',
    owner,
    family: 'image',
    severity: 'critical',
    sinceAt: NOW,
    problems: [problem],
    ...more,
  };
}

function aTracker(restFactor = 0) {
  const listers = createStores(() => undefined);
  listers.pods.replace(TEAMS.map(podOf));
  const tracker = new SharedCauseTracker({
    cluster: 'test',
    listers,
    objects: new ClusterObjects(listers),
    restFactor,
  });
  const incidents = TEAMS.map((team) => anIncident(team));
  for (const incident of incidents) tracker.see(incident, { findings: [FAILS], pods: listers.pods.list() });
  return { tracker, incidents };
}

describe('the tracker of shared causes', () => {
  it('says when the rows differ, and only then', () => {
    const { tracker, incidents } = aTracker();
    expect(tracker.update(incidents, NOW)).toBe(true);
    expect(tracker.rows()).toMatchObject([{ workloads: 4, namespaces: TEAMS, pods: 4 }]);
    expect(tracker.update(incidents, NOW)).toBe(false);
    expect(tracker.update([...incidents], NOW + MINUTE)).toBe(false);
  });

  it('names and counts what is in the list, and nothing that may no longer be looked at', () => {
    const { tracker, incidents } = aTracker();
    tracker.update(incidents, NOW);
    expect(tracker.update(incidents.slice(1), NOW)).toBe(true);
    expect(tracker.rows()).toMatchObject([{ workloads: 3, namespaces: ['b', 'c', 'd'], pods: 3 }]);
    expect(JSON.stringify(tracker.rows())).not.toMatch(/i-a|node-a|"a\//);
    tracker.update([], NOW);
    expect(tracker.rows()).toEqual([]);
  });

  it('rests after a look that took long, but not from forgetting', () => {
    const { tracker, incidents } = aTracker(1e9);
    tracker.update(incidents, NOW);
    const [first] = incidents;
    if (first)
      tracker.see({ ...first, sinceAt: NOW - MINUTE }, { findings: [FAILS], pods: TEAMS.map(podOf) });
    expect(tracker.update(incidents, NOW)).toBe(false);
    expect(tracker.update(incidents.slice(1), NOW)).toBe(true);
    expect(tracker.rows()).toMatchObject([{ workloads: 3 }]);
  });

  it('remembers what a recovered incident touched while it failed', () => {
    const { tracker, incidents } = aTracker();
    tracker.update(incidents, NOW);
    const recovered = incidents.map((incident, index) =>
      index === 0 ? { ...incident, problems: [], recoveredAt: NOW + MINUTE } : incident,
    );
    for (const incident of recovered) tracker.see(incident, { findings: [FAILS], pods: TEAMS.map(podOf) });
    tracker.update(recovered, NOW + MINUTE);
    expect(tracker.rows()).toMatchObject([{ workloads: 4, failing: 3 }]);
  });
});
