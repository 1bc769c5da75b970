import type { IncidentRow } from '#lib/contract/incident-row.ts';
import type { Overview } from '#lib/contract/overview.ts';

const TOP = 10;

export type OverviewFacts = {
  readonly rows: readonly IncidentRow[];
  readonly samples: readonly Overview['samples'][number][];
  readonly recordedFromAt: number;
  readonly recovered: number;
  readonly restarts: number;
  readonly pods: number;
  readonly workloads: number;
  readonly now: number;
};

/** The lead's numbers, each of them countable on the triage list or recorded since the process started. */
export function overviewView({ rows, samples, now, ...facts }: OverviewFacts): Overview {
  const open = rows.filter(({ state }) => state === 'open');
  return {
    ...facts,
    serverNow: now,
    open: open.length,
    unhealthyPods: samples.at(-1)?.unhealthyPods ?? 0,
    samples: thinned(samples),
    byCause: byCause(open),
    longestOpen: open
      .toSorted((a, b) => a.sinceAt - b.sinceAt)
      .slice(0, TOP)
      .map(({ id, workload, cause, sinceAt }) => ({
        id,
        namespace: workload.namespace,
        name: workload.name,
        cause,
        sinceAt,
      })),
    mostRestarts: rows
      .filter(({ restarts }) => restarts > 0)
      .toSorted((a, b) => b.restarts - a.restarts)
      .slice(0, TOP)
      .map(({ id, workload, restarts }) => ({
        id,
        namespace: workload.namespace,
        name: workload.name,
        restarts,
      })),
  };
}

/** At most this many points travel; each stands for the worst moment of its stretch, so no peak is lost. */
const MAX_POINTS = 720;

function thinned(samples: OverviewFacts['samples']): Overview['samples'] {
  const size = Math.ceil(samples.length / MAX_POINTS);
  if (size <= 1) return [...samples];
  const stretches = Array.from({ length: Math.ceil(samples.length / size) }, (_, index) =>
    samples.slice(index * size, (index + 1) * size),
  );
  const worst = (stretch: OverviewFacts['samples']) =>
    stretch.reduce((a, b) => (b.unhealthyPods > a.unhealthyPods ? b : a));
  const last = samples.at(-1);
  return [...stretches.map(worst), ...(last ? [last] : [])];
}

function byCause(rows: readonly IncidentRow[]): Overview['byCause'] {
  const groups = Map.groupBy(rows, ({ causeId }) => causeId);
  return [...groups]
    .map(([causeId, incidents]) => ({
      causeId,
      // Titles carry names; with several incidents the id in words says what they share.
      title: incidents.length === 1 ? (incidents[0]?.cause ?? causeId) : causeId.replaceAll('-', ' '),
      incidents: incidents.length,
      pods: incidents.reduce((sum, { pods }) => sum + pods.filter((mark) => mark !== 'ready').length, 0),
    }))
    .toSorted((a, b) => b.incidents - a.incidents || (a.causeId < b.causeId ? -1 : 1));
}
