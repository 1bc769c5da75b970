'use client';
import { Suspense, useState } from 'react';
import type { ReactNode } from 'react';

type Props = {
  kind: 'menu' | 'dialog';
  className: string;
  /** What the button shows, closed. */
  children: ReactNode;
  /** Fetches the popup's code. */
  preload: () => unknown;
  /** Button and popup together, open. */
  popup: ReactNode;
};

/** The code of a popup is fetched when somebody comes near its button: until then the button is all there is. */
export function LazyPopup({ kind, className, children, preload, popup }: Props) {
  const [wanted, setWanted] = useState(false);
  const button = (
    <button
      type="button"
      aria-haspopup={kind}
      aria-expanded={false}
      className={className}
      onPointerEnter={preload}
      onFocus={preload}
      onClick={() => setWanted(true)}
      onKeyDown={(event) => {
        if (kind === 'menu' && event.key === 'ArrowDown') setWanted(true);
      }}
    >
      {children}
    </button>
  );
  return wanted ? <Suspense fallback={button}>{popup}</Suspense> : button;
}
