import type { FindingView } from '#lib/contract/incident-view.ts';

type Certainty = FindingView['certainty'];

const LOOK: Record<Certainty, { word: string; filled: number; title: string }> = {
  proven: { word: 'Proven', filled: 3, title: 'The fields and messages leave no other cause.' },
  likely: { word: 'Likely', filled: 2, title: 'The best explanation; another one is not excluded.' },
  possible: { word: 'Possible', filled: 1, title: 'One of several causes that fit.' },
  unknown: { word: 'Unknown', filled: 0, title: 'No rule explains it; the raw message is shown.' },
};

/** Three bars and a word. */
export function CertaintyBars({ certainty }: { certainty: Certainty }) {
  const { word, filled, title } = LOOK[certainty];
  return (
    <span title={title} className="inline-flex items-center gap-1.5 text-12 font-medium text-ink">
      <svg width="19" height="10" viewBox="0 0 19 10" aria-hidden="true">
        {[0, 1, 2].map((bar) => (
          <rect
            key={bar}
            x={bar * 7 + 0.5}
            y="0.5"
            width="4"
            height="9"
            stroke="currentColor"
            fill={bar < filled ? 'currentColor' : 'none'}
          />
        ))}
      </svg>
      {word}
    </span>
  );
}
