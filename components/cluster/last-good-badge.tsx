const LOOK = {
  proven: {
    word: 'last good',
    title: 'It was fully available for 10 minutes, or has ready pods now.',
    text: 'text-ok',
  },
  unproven: {
    word: 'unproven',
    title: 'The best guess: nobody saw it fully available.',
    text: 'text-ink-3 border-dashed',
  },
} as const;

export function LastGoodBadge({ standing }: { standing: keyof typeof LOOK }) {
  const { word, title, text } = LOOK[standing];
  return (
    <span
      title={title}
      className={`inline-flex h-[18px] items-center rounded-full border border-current px-1.5 text-11 font-medium whitespace-nowrap ${text}`}
    >
      {word}
    </span>
  );
}
