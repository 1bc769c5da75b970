import { refTo } from '#lib/health/owner.ts';
import type { Finding } from '#lib/model/finding.ts';
import type { Incident } from '#lib/model/incident.ts';
import type { NextAttempt } from '#lib/model/backoff.ts';
import type { Pod } from '#lib/model/pod.ts';
import { ClusterObjects } from '#lib/server/cluster/cluster-objects.ts';
import { type FactsSources, incidentFacts } from '#lib/server/cluster/facts.ts';
import { Histories } from '#lib/server/cluster/histories.ts';
import { IncidentEngine } from '#lib/server/cluster/incident-engine.ts';
import { RunningImages } from '#lib/server/cluster/running-images.ts';
import { type GivenLogs, offlineLogs } from './offline-logs.ts';
import type { OfflineCluster } from './offline-cluster.ts';

export type OfflineFinding = {
  readonly incident: Incident;
  readonly findings: readonly [Finding, ...Finding[]];
  readonly next: NextAttempt | undefined;
  /** Pods of the owner. */
  readonly pods: readonly Pod[];
};

const RANK: Readonly<Record<Incident['severity'], number>> = {
  critical: 0,
  warning: 1,
  notice: 2,
  unknown: 3,
};

/**
 * The live product's own way from objects to findings, once, at `now` (epoch ms). The worst first.
 */
export function diagnoseOffline(
  { stores, hasKind, references, pullSecrets }: OfflineCluster,
  { logs, now }: { readonly logs: GivenLogs; readonly now: number },
): readonly OfflineFinding[] {
  const objects = new ClusterObjects(stores, { isListed: hasKind });
  const histories = new Histories();
  const engine = new IncidentEngine({ cluster: 'offline', listers: stores, objects });
  const images = new RunningImages();
  for (const pod of stores.pods.list()) {
    images.see({ type: 'added', object: pod });
    engine.markDirty(objects.addPod(pod));
    histories.see(pod, objects.ownerOf(pod), now);
  }
  engine.markDirty(stores.nodes.list().map(refTo));
  const { deployments, replicasets, statefulsets, daemonsets, jobs } = stores;
  for (const lister of [deployments, replicasets, statefulsets, daemonsets, jobs]) {
    engine.markDirty(lister.list().map((workload) => objects.ownerOf(workload)));
  }
  engine.markDirty(stores.cronjobs.list().map(refTo));
  // A CronJob that never started anything, and was not given itself, is known by its events alone.
  engine.markDirty(
    stores.events
      .list()
      .filter(({ regarding }) => regarding.kind === 'CronJob')
      .map(({ regarding: { kind, namespace, name, uid } }) => ({ kind, namespace, name, uid })),
  );
  for (const workload of [deployments, statefulsets, daemonsets].flatMap((lister) => [...lister.list()])) {
    histories.seeRollout(workload, { ...objects.owned(objects.ownerOf(workload)), now });
  }
  const named = new Map([...images.pullSecretNamespaces(), ...pullSecrets]);
  const sources: FactsSources = {
    listers: stores,
    objects,
    histories,
    logTails: offlineLogs(logs),
    references,
    runningImages: () => images.list(),
    imagesBesides: (pod) => images.besides(pod),
    pullSecretNamespaces: () => named,
    lastFindings: () => undefined,
    readOnly: true,
    actionsOn: () => [],
  };
  engine.evaluate(now);
  return engine.incidents
    .map((incident) => {
      const { findings, next, pods } = incidentFacts(incident, sources, now);
      return { incident, findings, next, pods };
    })
    .toSorted(
      (a, b) => RANK[a.incident.severity] - RANK[b.incident.severity] || byName(a.incident, b.incident),
    );
}

const byName = ({ owner: a }: Incident, { owner: b }: Incident): number =>
  `${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1;
