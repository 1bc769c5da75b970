import { backoffResetAt } from '#lib/backoff/backoff-reset-at.ts';
import { podNextAttempt } from '#lib/backoff/pod-next-attempt.ts';
import { soonestAttempt } from '#lib/backoff/soonest-attempt.ts';
import { nodeNextAttempt } from '#lib/backoff/node-next-attempt.ts';
import { workloadNextAttempt } from '#lib/backoff/workload-next-attempt.ts';
import type { LogTail } from '#lib/contract/incident-view.ts';
import { diagnose } from '#lib/diagnosis/diagnose.ts';
import type { DiagnosisInput } from '#lib/diagnosis/diagnosis-input.ts';
import type { HistoryGap } from '#lib/model/finding.ts';
import { cronJobNextAttempt } from '#lib/health/cron-job-next-attempt.ts';
import { cronJobVerdict } from '#lib/health/cron-job-verdict.ts';
import { isConditionTrue } from '#lib/health/condition-of.ts';
import { incidentState } from '#lib/incidents/incident-state.ts';
import type { Incident } from '#lib/model/incident.ts';
import type { ContainerStatus, Pod } from '#lib/model/pod.ts';
import { isRollingWorkload } from '#lib/model/workload.ts';
import { rolloutsOf } from '#lib/rollout/rollouts-of.ts';
import { lane } from '#lib/timeline/lane.ts';
import { byWorst, strip } from '#lib/timeline/strip.ts';
import type { ActionFact } from '#lib/timeline/timeline-entries.ts';
import { timelineEntries } from '#lib/timeline/timeline-entries.ts';
import type { IncidentFacts } from '#lib/views/incident-facts.ts';
import { openEnded } from '#lib/views/open-ended.ts';
import type { ClusterListers, ClusterObjects, OwnedObjects } from './cluster-objects.ts';
import type { Histories } from './histories.ts';
import type { LogTails } from './log-tails.ts';
import type { PodReferences } from './pod-references.ts';
import { rolloutFacts, type RolloutFacts } from './rollout-facts.ts';

const TIMELINE_MS = 6 * 3_600_000;
/** More pods than this of one workload say nothing new. */
const MAX_LANES = 12;

export type FactsSources = {
  readonly listers: ClusterListers;
  readonly objects: ClusterObjects;
  readonly histories: Histories;
  readonly logTails: Pick<LogTails, 'get'>;
  readonly references: Pick<PodReferences, 'get' | 'limitsIn'>;
  /** Images some pod of the cluster runs right now. */
  readonly runningImages: () => readonly string[];
  /** Images that other pods run on the node of this one. */
  readonly imagesBesides: (pod: Pod) => readonly string[];
  /** By name of a pull Secret: namespaces in which a running pod names it. */
  readonly pullSecretNamespaces: () => ReadonlyMap<string, readonly string[]>;
  /** What was found while the incident was open: once it recovered there is nothing left to diagnose. */
  readonly lastFindings: (incident: Incident) => IncidentFacts['findings'] | undefined;
  readonly readOnly: boolean;
  readonly actionsOn: (incident: Incident) => readonly ActionFact[];
};

/** Gathers what is known about one incident. Decides nothing itself: every fact comes from a pure station. */
export function incidentFacts(incident: Incident, sources: FactsSources, now: number): IncidentFacts {
  const { objects, histories } = sources;
  const owned = objects.owned(incident.owner);
  const pods = worstFirst(owned.pods, incident);
  const [workload] = owned.workloads;
  const primary = pods.find((pod) => isFailing(pod, incident));
  const rolling = workload && isRollingWorkload(workload) ? workload : undefined;
  const rollout = rolling && rolloutFacts(rolling, owned, { histories, incident, primary, now });
  const historyGap = workload && objects.historyGap(workload);
  const isOpen = incidentState(incident) === 'open';
  const findings =
    (isOpen ? undefined : sources.lastFindings(incident)) ??
    diagnose(diagnosisInput({ incident, owned, primary, rollout, historyGap }, sources, now));
  const past = histories.of(incident.owner);
  const window = { fromAt: now - TIMELINE_MS, toAt: now };
  const nextOf = (pod: Pod) => nextAttemptOf(pod, sources, now);
  const lanes = past
    .flatMap((pod) => pod.containers.map((container) => lane({ pod, container, window, now })))
    .toSorted(byWorst)
    .slice(0, MAX_LANES)
    .map((drawn) => {
      const living = drawn.gone ? undefined : pods.find(({ meta }) => meta.name === drawn.pod);
      return {
        ...drawn,
        bars: openEnded(drawn.bars, now),
        marks: [...drawn.marks],
        next: living && nextOf(living),
      };
    });
  const rolloutAt = rolloutsOf(rollout?.revisions ?? []).map(({ at }) => at);
  const rhythm = strip({ pods: past, rolloutAt, now });
  return {
    incident,
    findings,
    workload,
    rolling,
    revisions: rollout?.revisions ?? [],
    historyGap,
    failing: rollout?.failing,
    isUnreached: rollout?.isUnreached,
    lastGood: rollout?.lastGood,
    changes: rollout?.changes ?? [],
    pods,
    services: objects.servicesOf(owned),
    next: soonestAttempt(
      [
        ...pods.filter((pod) => isFailing(pod, incident)).map(nextOf),
        ownersNextAttempt(owned, objects, objects.knownAt(incident.owner, now)),
      ],
      now,
    ),
    resetAt: resetAt(pods),
    strip: {
      ...rhythm,
      bars: openEnded(rhythm.bars, now),
      marks: [...rhythm.marks],
      rolloutAt: [...rhythm.rolloutAt],
    },
    lanes,
    entries: timelineEntries({
      events: owned.events,
      pods: past,
      revisions: rollout?.revisions ?? [],
      actions: sources.actionsOn(incident),
    }),
    logTail: primary && logTailOf(primary, incident, sources.logTails),
    readOnly: sources.readOnly,
    now,
  };
}

function diagnosisInput(
  facts: {
    readonly incident: Incident;
    readonly owned: OwnedObjects;
    readonly primary: Pod | undefined;
    readonly rollout: RolloutFacts | undefined;
    readonly historyGap: HistoryGap | undefined;
  },
  sources: FactsSources,
  now: number,
): DiagnosisInput {
  const { listers, objects, logTails, references } = sources;
  const { incident, owned, primary, rollout, historyGap } = facts;
  // A node's own events are among those of the owner already.
  const node = incident.owner.kind === 'Node' ? undefined : objects.nodeOf(primary?.nodeName);
  const nodeEvents = node ? objects.eventsOfNode(node) : [];
  return {
    now: objects.knownAt(incident.owner, now),
    owner: incident.owner,
    deployment: rollout?.workload.kind === 'Deployment' ? rollout.workload : undefined,
    workloads: owned.workloads,
    cronJob: owned.cronJob,
    pod: primary,
    siblings: owned.pods.filter((pod) => pod !== primary),
    events: [
      ...owned.events,
      ...nodeEvents,
      ...(incident.family === 'scheduling' ? objects.preemptionsIn(incident.owner.namespace) : []),
      ...(primary ? objects.claimEventsOf(primary) : []),
    ],
    nodes: listers.nodes.list(),
    runningImages: sources.runningImages(),
    imagesOnNode: primary && sources.imagesBesides(primary),
    pullSecretNamespaces: sources.pullSecretNamespaces(),
    lastGood: rollout?.lastGood,
    changes: rollout?.changes ?? [],
    rolloutCompleted: rollout?.hadCompleted,
    isUnreached: rollout?.isUnreached,
    historyGap,
    references: primary
      ? references.get(primary)
      : { ...NO_REFERENCES, ...references.limitsIn(incident.owner.namespace) },
    logs: new Map(
      primary ? statusesOf(primary).flatMap((status) => logEntry(primary, status, logTails)) : [],
    ),
    // An empty list is no answer while the kind may not be read.
    ...(objects.isListed('services', incident.owner.namespace) && {
      services: listers.services.by('namespace', incident.owner.namespace),
    }),
    ...(objects.isListed('endpointslices', incident.owner.namespace) && {
      endpointSlices: listers.endpointslices.by('namespace', incident.owner.namespace),
    }),
    ...(objects.isListed('endpointslices', DNS_NAMESPACE) && dnsEndpoints(listers)),
  };
}

/** Every distribution keeps this Service's name, whatever answers behind it. */
const DNS_NAMESPACE = 'kube-system';
const DNS_SERVICE = 'kube-dns';

function dnsEndpoints({ endpointslices }: ClusterListers): Pick<DiagnosisInput, 'dnsEndpoints'> {
  const slices = endpointslices
    .by('namespace', DNS_NAMESPACE)
    .filter(({ serviceName }) => serviceName === DNS_SERVICE);
  if (slices.length === 0) return {};
  const endpoints = slices.flatMap((slice) => slice.endpoints);
  return { dnsEndpoints: { ready: endpoints.filter(({ ready }) => ready).length, total: endpoints.length } };
}

const NO_REFERENCES: DiagnosisInput['references'] = {
  secrets: new Map(),
  configMaps: new Map(),
  serviceAccount: { state: 'unchecked' },
};

function logEntry(
  pod: Pod,
  status: ContainerStatus,
  logTails: FactsSources['logTails'],
): [string, LogTail][] {
  const tail = logTails.get(pod, status);
  return tail ? [[status.name, tail]] : [];
}

export const statusesOf = ({ initStatuses, statuses }: Pod): readonly ContainerStatus[] => [
  ...initStatuses,
  ...statuses,
];

function logTailOf(pod: Pod, incident: Incident, logTails: FactsSources['logTails']): LogTail | undefined {
  const failing = incident.problems.find((problem) => problem.pod?.uid === pod.meta.uid && problem.container);
  const status = statusesOf(pod).find(({ name }) => name === failing?.container) ?? pod.statuses[0];
  return status && logTails.get(pod, status);
}

function nextAttemptOf(pod: Pod, { listers, objects, histories }: FactsSources, now: number) {
  return podNextAttempt({
    pod,
    events: listers.events.by('regarding', pod.meta.uid),
    node: objects.nodeOf(pod.nodeName),
    now,
    observed: (container) => histories.pullsOf(pod, container),
  });
}

/** The Job that a CronJob gave up on is never tried again; its next run is what comes. */
function ownersNextAttempt(
  { owner, workloads, cronJob, events }: OwnedObjects,
  objects: ClusterObjects,
  now: number,
) {
  const [workload] = workloads;
  if (owner.kind === 'Node') return nodeNextAttempt(objects.nodeOf(owner.name));
  if (owner.kind !== 'CronJob') return workload && workloadNextAttempt(workload);
  const verdict = cronJobVerdict(owner, { cronJob, jobs: workloads, events, now });
  return cronJobNextAttempt(verdict, cronJob, now);
}

function resetAt(pods: readonly Pod[]): number | undefined {
  const resets = pods.flatMap((pod) => statusesOf(pod).flatMap((status) => backoffResetAt(status) ?? []));
  return resets.length > 0 ? Math.max(...resets) : undefined;
}

const isFailing = (pod: Pod, { problems }: Incident) =>
  problems.some((problem) => problem.pod?.uid === pod.meta.uid);

/**
 * Failing ones first, the most restarts first, then by name: the same pod stays on top while nothing changes. Of a Job that
 * gave up the newest pod that failed.
 */
function worstFirst(pods: readonly Pod[], incident: Incident): readonly Pod[] {
  const gaveUp = (pod: Pod) => incident.family === 'job' && pod.phase === 'Failed';
  const rank = (pod: Pod) =>
    isFailing(pod, incident) || gaveUp(pod) ? 0 : isConditionTrue(pod, 'Ready') ? 2 : 1;
  const newest = (a: Pod, b: Pod) => (gaveUp(a) && gaveUp(b) ? b.meta.createdAt - a.meta.createdAt : 0);
  const restarts = (pod: Pod) => Math.max(0, ...statusesOf(pod).map(({ restartCount }) => restartCount));
  return pods.toSorted(
    (a, b) =>
      rank(a) - rank(b) || newest(a, b) || restarts(b) - restarts(a) || (a.meta.name < b.meta.name ? -1 : 1),
  );
}
