import type { ReactNode } from 'react';

const TONES = {
  warn: 'border-warn-mark bg-warn-tint',
  bad: 'border-crit-mark bg-crit-tint',
  note: 'border-note-mark bg-note-tint',
} as const;

/** A sentence that must be read before going on. */
export function Notice({
  tone,
  role,
  children,
}: {
  tone: keyof typeof TONES;
  role?: string;
  children: ReactNode;
}) {
  return (
    <div role={role} className={`border-l-[3px] px-2.5 py-1.5 text-12 text-ink ${TONES[tone]}`}>
      {children}
    </div>
  );
}
