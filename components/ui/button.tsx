import type { ButtonHTMLAttributes, Ref } from 'react';
import { Kbd } from './kbd.tsx';

const KINDS = {
  primary: 'border-primary bg-primary text-primary-ink disabled:opacity-45',
  plain:
    'border-line-strong bg-surface text-ink hover:bg-hover disabled:text-ink-3 disabled:hover:bg-surface',
  quiet:
    'border-transparent bg-transparent text-ink-2 hover:bg-hover aria-pressed:bg-surface-2 aria-pressed:text-ink disabled:text-ink-3',
} as const;
const SIZES = { normal: 'h-7 px-2.5 text-13', small: 'h-6 px-1.5 text-12' } as const;

type Props = ButtonHTMLAttributes<HTMLButtonElement> & {
  kind?: keyof typeof KINDS;
  size?: keyof typeof SIZES;
  /** The key that does the same; drawn, and told to assistive technology. */
  hotkey?: string;
  ref?: Ref<HTMLButtonElement>;
};

export function Button({ kind = 'plain', size = 'normal', hotkey, className, children, ...rest }: Props) {
  const look = `inline-flex shrink-0 items-center gap-2 rounded-2 border font-medium whitespace-nowrap disabled:cursor-not-allowed ${KINDS[kind]} ${SIZES[size]}`;
  return (
    <button type="button" aria-keyshortcuts={hotkey} {...rest} className={`${look} ${className ?? ''}`}>
      {children}
      {hotkey !== undefined && <Kbd quiet={kind === 'primary'}>{hotkey}</Kbd>}
    </button>
  );
}
