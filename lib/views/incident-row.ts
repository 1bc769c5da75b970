import type { IncidentRow } from '#lib/contract/incident-row.ts';
import { podStatus } from '#lib/health/pod-status.ts';
import { isConditionTrue } from '#lib/health/condition-of.ts';
import { incidentState } from '#lib/incidents/incident-state.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { FieldChange } from '#lib/model/revision.ts';
import { templateDiff } from '#lib/rollout/template-diff.ts';
import type { IncidentFacts } from './incident-facts.ts';
import { orderedWords } from './ordered-words.ts';

/** More marks than this are drawn as one bar anyway; the row stays small at any size. */
const MAX_POD_MARKS = 50;
const MAX_NODES = 5;

export function incidentRow(facts: IncidentFacts): IncidentRow {
  const { incident, findings, pods } = facts;
  const [finding] = findings;
  const { kind, namespace, name } = incident.owner;
  const state = incidentState(incident) === 'open' ? 'open' : 'recovered';
  const { ready, desired } = replicaCounts(facts);
  return {
    id: incident.id,
    state,
    severity: incident.severity,
    family: incident.family,
    sinceAt: incident.sinceAt,
    recoveredAt: state === 'recovered' ? (incident.recoveredAt ?? stableSince(facts)) : undefined,
    resetAt: state === 'recovered' ? facts.resetAt : undefined,
    workload: { kind, namespace, name },
    causeId: finding.causeId,
    cause: finding.title,
    certainty: finding.certainty,
    reason: reasonWords(facts),
    ready,
    desired,
    pods: pods.slice(0, MAX_POD_MARKS).map(podMark),
    restarts: sum(pods.map((pod) => podStatus(pod).restarts)),
    next: state === 'open' ? facts.next : undefined,
    lastChange: lastChange(facts),
    nodes: [...new Set(pods.flatMap(({ nodeName }) => nodeName ?? []))].slice(0, MAX_NODES),
    strip: facts.strip,
  };
}

/** A pod on its way out counts for nothing: its replacement does. */
export function replicaCounts({ workload, pods }: IncidentFacts): { ready: number; desired: number } {
  const alive = pods.filter(({ meta }) => meta.deletedAt === undefined);
  const ready = alive.filter((pod) => isConditionTrue(pod, 'Ready')).length;
  return { ready, desired: workload?.replicas.desired ?? alive.length };
}

function podMark(pod: Pod): IncidentRow['pods'][number] {
  if (pod.nodeName === undefined) return 'unscheduled';
  if (pod.reason === 'NodeLost' || pod.phase === 'Unknown') return 'unknown';
  return isConditionTrue(pod, 'Ready') ? 'ready' : 'not-ready';
}

/** What kubectl prints for the failing pods, e.g. "CrashLoopBackOff, Error"; the raw reason when no pod exists. */
function reasonWords({ incident, pods }: IncidentFacts): string {
  const failing = new Set(incident.problems.flatMap(({ pod }) => pod?.uid ?? []));
  const words = pods.filter(({ meta }) => failing.has(meta.uid)).map((pod) => podStatus(pod).status);
  const reasons = words.length > 0 ? words : incident.problems.map(({ reason }) => reason);
  // A recovered workload that is gone runs nothing.
  return orderedWords(reasons) || (pods.length > 0 ? 'Running' : 'No pods');
}

const stableSince = ({ incident }: IncidentFacts) =>
  Math.max(...incident.problems.map(({ stableSinceAt, sinceAt }) => stableSinceAt ?? sinceAt));

/**
 * The change most likely to matter: the newest revision and which part of the template it touched. Left out where nothing
 * tells when it came: a change shown at the wrong time accuses the wrong one.
 */
function lastChange({ revisions }: IncidentFacts): IncidentRow['lastChange'] {
  const [current, before] = revisions;
  // Revision 1 with nothing before it: the workload itself is new. Later numbers have lost their history.
  if (current?.isCurrent && !before && current.number === 1)
    return { text: 'created', at: current.createdAt };
  if (!current?.isCurrent || !before || current.rolledOutAt === undefined) return undefined;
  const touched = touchedParts(templateDiff(before.template, current.template));
  return {
    text: touched.length > 0 ? touched.slice(0, 2).join(', ') : 'template',
    at: current.rolledOutAt,
    revision: current.number,
  };
}

/** "containers[web].args[0]" -> "args". */
export function touchedParts(changes: readonly FieldChange[]): readonly string[] {
  return [
    ...new Set(
      changes.map(
        ({ path }) => path.replace(/^[a-zA-Z]*[cC]ontainers\[[^\]]*\]\./, '').split(/[.[]/)[0] ?? path,
      ),
    ),
  ];
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
