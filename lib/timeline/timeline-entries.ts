import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { Revision } from '#lib/model/revision.ts';
import type { TimelineEntry } from '#lib/model/timeline.ts';
import { type Rollout, rolloutsOf } from '#lib/rollout/rollouts-of.ts';
import type { PodHistory } from './pod-history.ts';

/** An action done here, as far as the timeline tells of it. */
export type ActionFact = {
  readonly id: string;
  readonly at: number;
  readonly subject: string;
  readonly title: string;
  readonly detail?: string;
  readonly ok: boolean;
};

export type TimelineFacts = {
  readonly events: readonly KubeEvent[];
  readonly pods: readonly PodHistory[];
  readonly revisions: readonly Revision[];
  readonly actions: readonly ActionFact[];
};

/** At one moment: the change first, then what it did. */
const SOURCE_RANK: Readonly<Record<TimelineEntry['source'], number>> = {
  action: 0,
  rollout: 1,
  container: 2,
  transition: 3,
  event: 4,
};

/**
 * One list of everything known about a workload, oldest first, repeats folded with their count and range. The same
 * facts in any order give the same list.
 */
export function timelineEntries({
  events,
  pods,
  revisions,
  actions,
}: TimelineFacts): readonly TimelineEntry[] {
  const entries = [
    ...events.map(ofEvent),
    ...pods.flatMap(ofPod),
    ...rolloutsOf(revisions).map(ofRollout),
    ...actions.map(ofAction),
  ];
  return [...Map.groupBy(entries, ({ id }) => id).values()].map(folded).toSorted(byTime);
}

function byTime(a: TimelineEntry, b: TimelineEntry): number {
  return (
    a.at - b.at || SOURCE_RANK[a.source] - SOURCE_RANK[b.source] || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
}

/** The newest of equal facts tells their text. */
function folded(same: readonly TimelineEntry[]): TimelineEntry {
  const sorted = same.toSorted((a, b) => b.at - a.at || compareText(a, b));
  const newest = sorted[0] as TimelineEntry; // a group is never empty
  return {
    ...newest,
    firstAt: Math.min(...same.map(({ firstAt }) => firstAt)),
    count: same.reduce((sum, { count }) => sum + count, 0),
  };
}

function compareText(a: TimelineEntry, b: TimelineEntry): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function ofEvent(event: KubeEvent): TimelineEntry {
  const { kind, namespace, name, container } = event.regarding;
  return {
    id: JSON.stringify([
      'event',
      kind,
      namespace,
      name,
      container ?? '',
      event.type,
      event.reason,
      event.message,
    ]),
    at: event.lastAt,
    firstAt: Math.min(event.firstAt, event.lastAt),
    count: Math.max(1, event.count),
    source: 'event',
    tone: event.type === 'Warning' ? 'bad' : 'neutral',
    subject: container === undefined ? name : `${name}/${container}`,
    title: event.reason,
    detail: event.message,
  };
}

function ofPod(pod: PodHistory): readonly TimelineEntry[] {
  return pod.containers.flatMap(({ name, mayEnd, runs, readyChanges, pullFailedAt }) => {
    const subject = `${pod.name}/${name}`;
    const fact = (
      id: readonly unknown[],
      at: number,
      rest: Pick<TimelineEntry, 'source' | 'tone' | 'title'>,
    ) => ({
      id: JSON.stringify([rest.source, pod.uid, name, ...id]),
      at,
      firstAt: at,
      count: 1,
      subject,
      ...rest,
    });
    const exits = runs.flatMap(({ finishedAt, exitCode, reason }) => {
      if (finishedAt === undefined || exitCode === undefined) return [];
      const title = `Exited with code ${exitCode}${reason ? ` (${reason})` : ''}`;
      const tone = mayEnd && exitCode === 0 ? 'good' : 'bad';
      return [fact(['exit', exitCode, reason], finishedAt, { source: 'container', tone, title })];
    });
    const changes = readyChanges.map(({ at, ready }) =>
      fact(['ready', ready], at, {
        source: 'transition',
        tone: ready ? 'good' : 'bad',
        title: ready ? 'Became ready' : 'Became not ready',
      }),
    );
    const pulls = pullFailedAt.map((at) =>
      fact(['pull'], at, { source: 'container', tone: 'bad', title: 'Image pull failed' }),
    );
    return [...exits, ...changes, ...pulls];
  });
}

/** What changed, and its cause: kept for the last time only. */
function ofRollout({ revision, number, at }: Rollout): TimelineEntry {
  const { uid, name, images, changeCause } = revision;
  const isLast = number === revision.number;
  return {
    id: JSON.stringify(['rollout', uid, number ?? 'first']),
    at,
    firstAt: at,
    count: 1,
    source: 'rollout',
    tone: 'neutral',
    subject: name,
    title: `${number === undefined ? 'A revision' : `Revision ${number}`}: ${images.join(', ')}`,
    ...(isLast && changeCause !== undefined ? { detail: changeCause } : {}),
  };
}

function ofAction({ id, at, subject, title, detail, ok }: ActionFact): TimelineEntry {
  return {
    id: JSON.stringify(['action', id]),
    at,
    firstAt: at,
    count: 1,
    source: 'action',
    tone: ok ? 'neutral' : 'bad',
    subject,
    title,
    ...(detail === undefined ? {} : { detail }),
  };
}
