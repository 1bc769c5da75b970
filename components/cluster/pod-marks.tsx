import type { IncidentRow } from '#lib/contract/incident-row.ts';

type PodMark = IncidentRow['pods'][number];

const MARKS: Record<PodMark, { word: string; className: string; dash?: string }> = {
  ready: { word: 'ready', className: 'fill-run stroke-run' },
  'not-ready': { word: 'not ready', className: 'fill-none stroke-crash' },
  unscheduled: { word: 'not scheduled', className: 'fill-none stroke-warn-mark', dash: '2.5 1.5' },
  unknown: { word: 'unknown', className: 'fill-none stroke-unk-mark', dash: '1 1.5' },
};
/** Above this many pods the marks give way to one bar. */
const MAX_MARKS = 7;
const BAR_WIDTH = 44;

/** "2 ready, 1 not scheduled" */
export function podSummary(pods: readonly PodMark[]): string {
  const words = (Object.keys(MARKS) as PodMark[]).map((mark) => {
    const count = pods.filter((pod) => pod === mark).length;
    return count === 0 ? undefined : `${count} ${MARKS[mark].word}`;
  });
  return words.filter((word) => word !== undefined).join(', ') || 'no pods exist';
}

function ShareBar({ pods }: { pods: readonly PodMark[] }) {
  const ready = pods.filter((pod) => pod === 'ready').length;
  return (
    <svg width={BAR_WIDTH} height="10" aria-hidden="true">
      <rect x="0" y="0" width={(BAR_WIDTH * ready) / pods.length} height="10" className="fill-run" />
      <rect
        x="0.75"
        y="0.75"
        width={BAR_WIDTH - 1.5}
        height="8.5"
        className="fill-none stroke-crash [stroke-width:1.5]"
      />
    </svg>
  );
}

/** `2/3` and one mark per existing pod. */
export function PodMarks({
  ready,
  desired,
  pods,
}: {
  ready: number;
  desired: number;
  pods: readonly PodMark[];
}) {
  const blind = pods.length > 0 && pods.every((pod) => pod === 'unknown');
  return (
    <span className="inline-flex items-center gap-1.5" title={podSummary(pods)}>
      <span className="min-w-7 font-medium">
        {blind ? '?' : ready}/{desired}
      </span>
      {pods.length > MAX_MARKS ? (
        <ShareBar pods={pods} />
      ) : (
        <svg width={pods.length * 7} height="10" aria-hidden="true">
          {pods.map((pod, index) => (
            <rect
              key={index}
              x={index * 7 + 0.75}
              y="0.75"
              width="3.5"
              height="8.5"
              strokeDasharray={MARKS[pod].dash}
              className={`[stroke-width:1.5] ${MARKS[pod].className}`}
            />
          ))}
        </svg>
      )}
    </span>
  );
}
