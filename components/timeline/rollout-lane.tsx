import type { RolloutView } from '#lib/contract/incident-view.ts';
import { spanOf } from './time-scale.ts';
import type { TimeScale } from './time-scale.ts';

const MIN_TEXT = 44;
const TEXT_WITH_BADGE = 112;
const TEXT_WITH_IMAGE = 200;

const tagOf = (images: readonly string[]): string => images[0]?.split('/').at(-1) ?? '';

/** A revision stands until the next one; the last until now, if it is the one in force. */
export function rolloutSpans(rollouts: readonly RolloutView[], scale: TimeScale, now: number) {
  return rollouts.flatMap((rollout, index) => {
    // When what is in force was called back may not be known: then nothing is drawn as that.
    const endAt = rollouts[index + 1]?.at ?? (rollout.isCurrent ? now : rollout.at);
    const span = spanOf(scale, rollout.at, Math.min(endAt, now));
    return span ? [{ rollout, ...span }] : [];
  });
}

const nameOf = ({ number }: RolloutView): string => (number === undefined ? 'earlier' : `rev ${number}`);
const titleOf = ({ number, images }: RolloutView): string =>
  `${number === undefined ? 'A revision that has another number now' : `Revision ${number}`}: ${images.join(', ')}`;

export function RolloutLane({
  rollouts,
  scale,
  now,
}: {
  rollouts: readonly RolloutView[];
  scale: TimeScale;
  now: number;
}) {
  return (
    <>
      {rolloutSpans(rollouts, scale, now).map(({ rollout, x, width }) => (
        <g key={`${rollout.number ?? 'earlier'} ${rollout.at}`}>
          <title>{titleOf(rollout)}</title>
          <rect
            x={x}
            y="7"
            width={Math.max(width - 1.5, 0.5)}
            height="18"
            className={rollout.lastGood ? 'r-good' : 'r-other'}
          />
          {width > MIN_TEXT && (
            <text x={x + 7} y="20" className="t-ink">
              {nameOf(rollout)}
              {width > TEXT_WITH_IMAGE && !rollout.lastGood ? `  ${tagOf(rollout.images)}` : ''}
            </text>
          )}
          {rollout.lastGood === 'proven' && width > TEXT_WITH_BADGE && (
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
