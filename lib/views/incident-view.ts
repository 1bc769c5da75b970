import type { FindingView, IncidentView, RevisionView, RolloutView } from '#lib/contract/incident-view.ts';
import type { Finding } from '#lib/model/finding.ts';
import type { Revision } from '#lib/model/revision.ts';
import { managedBy } from '#lib/rollout/managed-by.ts';
import { type Rollout, rolloutsOf } from '#lib/rollout/rollouts-of.ts';
import { templateDiff } from '#lib/rollout/template-diff.ts';
import type { IncidentFacts } from './incident-facts.ts';
import { incidentRow } from './incident-row.ts';
import { describeCommand } from './describe-command.ts';
import { offeredAction, rollbackAction, rollbackTo, setImageAction } from './offered-actions.ts';
import { nodeView } from './node-view.ts';
import { podView } from './pod-view.ts';

const MAX_PODS = 20;
const MAX_ENTRIES = 200;
/** Lines of the panel; the log viewer asks for more. */
const TAIL_LINES = 40;

/** Everything the incident page and the side panel show. */
export function incidentView(facts: IncidentFacts): IncidentView {
  const { incident, findings, logTail } = facts;
  const [primary, ...others] = findings;
  const manager = facts.workload && managedBy(facts.workload.meta);
  return {
    row: incidentRow(facts),
    finding: findingView(primary, facts),
    otherFindings: others.map((finding) => findingView(finding, facts)),
    impact: impact(facts),
    services: facts.services.map((service) => ({ ...service })),
    logTail: logTail && { ...logTail, lines: logTail.lines.slice(-TAIL_LINES) },
    suspectChange: suspectChange(facts),
    // Nobody looks for a rollout of a node.
    actions: incident.owner.kind === 'Node' ? [] : [rollbackAction(facts), setImageAction(facts)],
    lanes: [...facts.lanes],
    entries: facts.entries.slice(-MAX_ENTRIES).map((entry) => ({ ...entry })),
    revisions: facts.revisions.map((revision) => revisionView(revision, facts)),
    rollouts: rolloutsOf(facts.revisions).map((rollout) => rolloutView(rollout, facts)),
    historyGap: facts.historyGap && { ...facts.historyGap },
    pods: facts.pods.slice(0, MAX_PODS).map(podView),
    nodes: facts.nodes?.map(nodeView),
    kubectl: describeCommand(incident.owner),
    managedBy: manager && `${manager.tool} ${manager.name}`,
  };
}

function findingView(finding: Finding, facts: IncidentFacts): FindingView {
  return {
    ...finding,
    evidence: [...finding.evidence],
    candidates: [...finding.candidates],
    unchecked: [...finding.unchecked],
    remedies: finding.remedies.map(({ title, detail, action, commands }) => ({
      title,
      detail,
      action: action && offeredAction(facts, action),
      commands: [...commands],
    })),
  };
}

/** What traffic loses, from the services that select these pods. */
function impact({ services }: IncidentFacts): string | undefined {
  const dead = services.filter(({ ready }) => ready === 0).map(({ name }) => name);
  if (dead.length > 0) {
    return dead.length === 1
      ? `Service ${dead[0]} has no ready endpoint`
      : `Services ${dead.join(', ')} have no ready endpoint`;
  }
  const [reduced] = services.filter(({ ready, total }) => ready < total);
  return reduced && `Service ${reduced.name}: ${reduced.ready} of ${reduced.total} endpoints ready`;
}

/** The difference between the last good revision and the one that fails: the first thing to suspect. */
function suspectChange({ failing, lastGood, changes }: IncidentFacts): IncidentView['suspectChange'] {
  if (!failing || !lastGood || changes.length === 0) return undefined;
  return {
    fromRevision: lastGood.revision.number,
    toRevision: failing.number,
    at: failing.rolledOutAt,
    changeCause: failing.changeCause,
    lastGood: lastGood.proof,
    fields: [...changes],
  };
}

function revisionView(revision: Revision, facts: IncidentFacts): RevisionView {
  const { template, uid, podLabel: _label, ...shown } = revision;
  const isLastGood = facts.lastGood?.revision.uid === uid;
  return {
    ...shown,
    images: [...revision.images],
    pastRevisions: revision.pastRevisions && [...revision.pastRevisions],
    lastGood: isLastGood ? facts.lastGood?.proof : undefined,
    diffToCurrent: facts.rolling ? [...templateDiff(template, facts.rolling.template)] : [],
    rollback: rollbackTo(facts, revision),
  };
}

function rolloutView({ revision, number, at, isCurrent }: Rollout, facts: IncidentFacts): RolloutView {
  const isLastGood = facts.lastGood?.revision.uid === revision.uid;
  return {
    number,
    at,
    isCurrent,
    images: [...revision.images],
    lastGood: isLastGood ? facts.lastGood?.proof : undefined,
  };
}
