import type { Incident } from '#lib/model/incident.ts';
import type { Problem, Severity } from '#lib/model/problem.ts';
import type { WorkloadRef } from '#lib/model/workload.ts';
import { CRASH_RESET_MS } from '#lib/health/container-family.ts';
import { foldProblems, type ProblemGroup } from './fold-problems.ts';
import { incidentId } from './incident-id.ts';

/** A recovered incident stays until its back-off is forgotten, and then long enough to be seen by the next reader. */
export const KEEP_RECOVERED_MS = CRASH_RESET_MS + 30 * 60_000;

export type TrackContext = {
  readonly cluster: string;
  readonly now: number;
  readonly severityOf: (group: ProblemGroup) => Severity;
  /**
   * Whether the owner has all the ready pods it wants (or is gone). Without problems and without its pods an owner is
   * between two attempts: a deleted pod is being made again. Its incident is held until one or the other is known.
   */
  readonly isServing?: (owner: WorkloadRef) => boolean;
};

export type Tracked = {
  /** By id, open and recently recovered. */
  readonly incidents: readonly Incident[];
  /** New, or back after a recovery (same id). */
  readonly opened: readonly Incident[];
  readonly recovered: readonly Incident[];
  /** Still open, but other pods, words or severity than before. */
  readonly changed: readonly Incident[];
};

/**
 * The next list of incidents from the previous one and the problems there are now. Call it with complete problems
 * only: one that is missing because its kind is stale or forbidden would be taken for a recovery.
 * Incidents that did not change keep their identity (`===`).
 */
export function trackIncidents(
  previous: readonly Incident[],
  problems: readonly Problem[],
  context: TrackContext,
): Tracked {
  const before = new Map(previous.map((incident) => [incident.id, incident]));
  const groups = foldProblems(problems);
  const open = groups.map((group) => openIncident(group, before, context));
  const openIds = new Set(open.map(({ id }) => id));
  const absorbed = new Set(groups.flatMap((group) => absorbedIds(group, context.cluster)));
  const failing = new Set(groups.map(({ owner }) => placeOf(owner)));
  const isHeld = ({ owner, recoveredAt }: Incident) =>
    recoveredAt === undefined && !failing.has(placeOf(owner)) && context.isServing?.(owner) === false;
  const gone = previous.filter(
    ({ id, recoveredAt }) => !openIds.has(id) && !(absorbed.has(id) && recoveredAt === undefined),
  );
  const held = gone.filter(isHeld);
  const closed = gone.flatMap((incident) => (isHeld(incident) ? [] : closedIncident(incident, context.now)));

  const wasOpen = (id: string) => before.has(id) && before.get(id)?.recoveredAt === undefined;
  return {
    incidents: [...open, ...held, ...closed].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    opened: open.filter(({ id }) => !wasOpen(id)),
    recovered: closed.filter(({ id }) => wasOpen(id)),
    changed: open.filter((incident) => wasOpen(incident.id) && before.get(incident.id) !== incident),
  };
}

function openIncident(
  group: ProblemGroup,
  before: ReadonlyMap<string, Incident>,
  context: TrackContext,
): Incident {
  const { owner, family, problems, consequences } = group;
  const id = incidentId(context.cluster, owner, family);
  const known = before.get(id);
  // What turned out to be a consequence began this incident; one that had recovered before did not.
  const replaced = absorbedIds(group, context.cluster)
    .flatMap((other) => before.get(other) ?? [])
    .filter(({ recoveredAt }) => recoveredAt === undefined);
  const earlier = [...(known ? [known] : []), ...replaced].map(({ sinceAt }) => sinceAt);
  const incident: Incident = {
    id,
    cluster: context.cluster,
    owner,
    family,
    severity: context.severityOf(group),
    sinceAt: Math.min(...problems.map(({ sinceAt }) => sinceAt), ...earlier),
    problems,
    ...(consequences.length > 0 ? { consequences } : {}),
  };
  return known && isSame(known, incident) ? known : incident;
}

/** Ends the incident now, keeps it for a while, then forgets it. */
function closedIncident(incident: Incident, now: number): readonly Incident[] {
  const { recoveredAt, consequences: _ended, ...rest } = incident;
  if (recoveredAt === undefined) return [{ ...rest, problems: [], recoveredAt: now }];
  return now <= recoveredAt + KEEP_RECOVERED_MS ? [incident] : [];
}

const placeOf = ({ kind, namespace, name }: WorkloadRef) => JSON.stringify([kind, namespace, name]);

const absorbedIds = ({ owner, absorbs }: ProblemGroup, cluster: string) =>
  absorbs.map((family) => incidentId(cluster, owner, family));

/** Most often they were built alike, and say so without being sorted. */
const isSame = (a: Incident, b: Incident) =>
  JSON.stringify(a) === JSON.stringify(b) || canonical(a) === canonical(b);

/** JSON with sorted keys: two incidents that say the same are the same, however they were built. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
