const SHORT: Readonly<Record<string, string>> = { Escape: 'Esc', ArrowUp: '↑', ArrowDown: '↓' };

/** A key, drawn in the control it triggers. */
export function Kbd({ children, quiet = false }: { children: string; quiet?: boolean }) {
  const tone = quiet
    ? 'border-current bg-transparent opacity-85'
    : 'border-line-strong bg-surface text-ink-2';
  return (
    <kbd
      aria-hidden="true"
      className={`inline-block min-w-[18px] rounded-1 border px-1 text-center text-11 font-medium ${tone}`}
    >
      {SHORT[children] ?? children}
    </kbd>
  );
}
