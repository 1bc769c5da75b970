import type { RevisionView } from '#lib/contract/incident-view.ts';
import { spanOf } from './time-scale.ts';
import type { TimeScale } from './time-scale.ts';

type Revision = Pick<
  RevisionView,
  'number' | 'createdAt' | 'rolledOutAt' | 'pastRevisions' | 'images' | 'lastGood' | 'isCurrent'
>;

const MIN_TEXT = 44;
const TEXT_WITH_BADGE = 112;
const TEXT_WITH_IMAGE = 200;

const tagOf = (images: readonly string[]): string => images[0]?.split('/').at(-1) ?? '';

/** Every time a revision became the current one: what was rolled back to did so twice, under two numbers. */
function rollouts(revisions: readonly Revision[]) {
  return revisions
    .flatMap((revision) => {
      const { createdAt, number, pastRevisions = [], rolledOutAt } = revision;
      const first = { revision, number: pastRevisions[0] ?? number, fromAt: createdAt };
      if (pastRevisions.length === 0) return [first];
      // When it was called back nobody knows: it is nowhere drawn as the current one.
      return rolledOutAt === undefined ? [first] : [first, { revision, number, fromAt: rolledOutAt }];
    })
    .toSorted((a, b) => a.fromAt - b.fromAt);
}

/** A revision stands until the next one; the last until now, if it is the current one. */
export function revisionSpans(revisions: readonly Revision[], scale: TimeScale, now: number) {
  return rollouts(revisions).flatMap(({ revision, number, fromAt }, index, all) => {
    const isRunning =
      revision.isCurrent && (revision.pastRevisions === undefined || number === revision.number);
    const endAt = all[index + 1]?.fromAt ?? (isRunning ? now : fromAt);
    const span = spanOf(scale, fromAt, Math.min(endAt, now));
    return span ? [{ revision, number, ...span }] : [];
  });
}

export function RolloutLane({
  revisions,
  scale,
  now,
}: {
  revisions: readonly Revision[];
  scale: TimeScale;
  now: number;
}) {
  return (
    <>
      {revisionSpans(revisions, scale, now).map(({ revision, number, x, width }) => (
        <g key={number}>
          <title>{`Revision ${number}: ${revision.images.join(', ')}`}</title>
          <rect
            x={x}
            y="7"
            width={Math.max(width - 1.5, 0.5)}
            height="18"
            className={revision.lastGood ? 'r-good' : 'r-other'}
          />
          {width > MIN_TEXT && (
            <text x={x + 7} y="20" className="t-ink">
              rev {number}
              {width > TEXT_WITH_IMAGE && !revision.lastGood ? `  ${tagOf(revision.images)}` : ''}
            </text>
          )}
          {revision.lastGood === 'proven' && width > TEXT_WITH_BADGE && (
            <>
              <rect x={x + 46} y="8.5" width="56" height="15" rx="7.5" className="r-badge" />
              <text x={x + 74} y="19.5" textAnchor="middle" className="t-ok">
                last good
              </text>
            </>
          )}
        </g>
      ))}
    </>
  );
}
