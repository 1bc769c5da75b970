import type { LucideIcon } from 'lucide-react';
import type { ButtonHTMLAttributes } from 'react';

type Props = ButtonHTMLAttributes<HTMLButtonElement> & { label: string; icon: LucideIcon };

/** A known sign where a word would not fit; the word is in the name and in the title. */
export function IconButton({ label, icon: Icon, ...rest }: Props) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className="grid size-6 shrink-0 place-items-center rounded-2 text-ink-2 hover:bg-hover aria-pressed:bg-surface-2 aria-pressed:text-ink"
    >
      <Icon size={14} aria-hidden="true" />
    </button>
  );
}
