import type { ReactNode } from 'react';

type Props = {
  title: string;
  /** Beside the title, in the third ink. */
  note?: ReactNode;
  /** At the right end. */
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
};

/** A titled part of a panel or a page, separated by one hairline. */
export function Section({ title, note, aside, children, className }: Props) {
  return (
    <section aria-label={title} className={`border-b border-line px-4 py-2.5 ${className ?? ''}`}>
      <div className="flex min-h-6 items-center gap-2 text-12">
        <h3 className="shrink-0 font-semibold whitespace-nowrap text-ink-2">{title}</h3>
        {note !== undefined && <span className="text-ink-3">{note}</span>}
        {aside !== undefined && (
          <span className="ml-auto inline-flex items-center gap-2 text-ink-3">{aside}</span>
        )}
      </div>
      {children}
    </section>
  );
}
