import type { RevisionView } from '#lib/contract/incident-view.ts';
import { spanOf } from './time-scale.ts';
import type { TimeScale } from './time-scale.ts';

type Revision = Pick<RevisionView, 'number' | 'createdAt' | 'images' | 'lastGood' | 'isCurrent'>;

const MIN_TEXT = 44;
const TEXT_WITH_BADGE = 112;
const TEXT_WITH_IMAGE = 200;

const tagOf = (images: readonly string[]): string => images[0]?.split('/').at(-1) ?? '';

/** A revision stands until the next one was made; a roll back makes its old ReplicaSet the newest again. */
export function revisionSpans(revisions: readonly Revision[], scale: TimeScale, now: number) {
  const ordered = revisions.toSorted((a, b) => a.number - b.number);
  return ordered.flatMap((revision, index) => {
    const endAt = ordered[index + 1]?.createdAt ?? now;
    const span = spanOf(scale, revision.createdAt, Math.min(endAt, now));
    return span ? [{ revision, ...span }] : [];
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
      {revisionSpans(revisions, scale, now).map(({ revision, x, width }) => (
        <g key={revision.number}>
          <title>{`Revision ${revision.number}: ${revision.images.join(', ')}`}</title>
          <rect
            x={x}
            y="7"
            width={Math.max(width - 1.5, 0.5)}
            height="18"
            className={revision.lastGood ? 'r-good' : 'r-other'}
          />
          {width > MIN_TEXT && (
            <text x={x + 7} y="20" className="t-ink">
              rev {revision.number}
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
