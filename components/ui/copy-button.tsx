'use client';
import { useEffect, useState } from 'react';
import { Button } from './button.tsx';

const SHOWN_MS = 1_500;

/** Copies and says so; where the clipboard is closed to us it says that instead. */
export function useCopy(): { said: string | undefined; copy: (text: string) => void } {
  const [said, setSaid] = useState<string>();
  useEffect(() => {
    if (said === undefined) return;
    const timer = setTimeout(() => setSaid(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = (text: string) => {
    const refused = () => setSaid('not permitted');
    if (!('clipboard' in navigator)) return refused();
    navigator.clipboard.writeText(text).then(() => setSaid('copied'), refused);
  };
  return { said, copy };
}

export function CopyButton({ text, label, hotkey }: { text: string; label: string; hotkey?: string }) {
  const { said, copy } = useCopy();
  return (
    <Button kind="quiet" size="small" hotkey={hotkey} aria-label={label} onClick={() => copy(text)}>
      <span aria-live="polite">{said ?? 'copy'}</span>
    </Button>
  );
}
