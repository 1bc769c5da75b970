import type { RefObject } from 'react';
import { Kbd } from './kbd.tsx';

type Props = {
  label: string;
  value: string;
  inputRef: RefObject<HTMLInputElement | null>;
  onChange: (value: string) => void;
};

/** The text filter at the right end of a bar; `/` leads here, Enter and Escape leave. */
export function FilterInput({ label, value, inputRef, onChange }: Props) {
  return (
    <label className="ml-auto flex h-[26px] w-[190px] items-center gap-1.5 rounded-2 border border-control px-1.5 focus-within:outline-2 focus-within:outline-focus">
      <Kbd>/</Kbd>
      <input
        ref={inputRef}
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' || event.key === 'Enter') event.currentTarget.blur();
        }}
        className="min-w-0 flex-1 bg-transparent outline-none placeholder:text-ink-3"
      />
    </label>
  );
}
