import type { IncidentView, Lane } from '#lib/contract/incident-view.ts';
import { goDuration } from '#lib/client/durations.ts';

/** One fact of the drawing, in words: for the cursor and for the table. */
export type Fact = { readonly at: number; readonly lane: string; readonly text: string };

type Entry = IncidentView['entries'][number];

/** The random end of a pod's name tells the pods of one workload apart. */
export const podEnd = (pod: string): string => pod.split('-').at(-1) ?? pod;

export const laneName = (lane: Pick<Lane, 'pod' | 'container'>, alone: boolean): string =>
  alone ? `Pod ${podEnd(lane.pod)}` : `${podEnd(lane.pod)} ${lane.container}`;

/** Pods with one container each are named by the pod alone. */
export const lanesAreAlone = (lanes: readonly Lane[]): boolean =>
  new Set(lanes.map(({ pod }) => pod)).size === lanes.length;

const MARK_WORDS: Record<Lane['marks'][number]['kind'], (label: string) => string> = {
  crash: (label) => `ended with exit code ${label}`,
  'pull-failed': () => 'image pull failed',
  'probe-failed': (label) => `${label || 'probe'} failed`,
};

function laneFacts(lane: Lane, name: string): Fact[] {
  const marks = lane.marks.map((mark) => ({
    at: mark.at,
    lane: name,
    text: MARK_WORDS[mark.kind](mark.label) + (mark.count && mark.count > 1 ? ` ×${mark.count}` : ''),
  }));
  const waits = lane.bars
    .filter((bar) => bar.kind === 'backoff' && bar.delayMs !== undefined)
    .map((bar) => ({ at: bar.fromAt, lane: name, text: `back-off ${goDuration(bar.delayMs ?? 0)}` }));
  return [...marks, ...waits];
}

const entryFact = (entry: Entry): Fact => ({
  at: entry.at,
  lane: entry.subject,
  text: [entry.title + (entry.count > 1 ? ` ×${entry.count}` : ''), entry.detail].filter(Boolean).join(': '),
});

/** Everything the drawing shows, oldest first. Container ends come from the lanes, the rest from the entries. */
export function timelineFacts(view: Pick<IncidentView, 'lanes' | 'entries'>): Fact[] {
  const alone = lanesAreAlone(view.lanes);
  return [
    ...view.lanes.flatMap((lane) => laneFacts(lane, laneName(lane, alone))),
    ...view.entries.filter((entry) => entry.source !== 'container').map(entryFact),
  ].toSorted((a, b) => a.at - b.at || a.lane.localeCompare(b.lane) || a.text.localeCompare(b.text));
}

/** The next fact in a direction from where the cursor stands; stays at the ends. */
export function stepFact(facts: readonly Fact[], cursorAt: number | undefined, by: 1 | -1): Fact | undefined {
  if (cursorAt === undefined) return by === 1 ? facts[0] : facts.at(-1);
  return by === 1
    ? (facts.find(({ at }) => at > cursorAt) ?? facts.at(-1))
    : (facts.findLast(({ at }) => at < cursorAt) ?? facts[0]);
}
