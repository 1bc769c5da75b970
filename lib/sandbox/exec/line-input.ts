import type { Input } from './session.ts';

type Options = {
  /** False: the client sends nothing, the input is at its end. */
  readonly isOpen: boolean;
  /** A terminal shows what is typed. */
  readonly echo?: (text: string) => void;
};

/** Lines from what a client sends bit by bit, with the little editing a terminal's line discipline does. */
export function lineInput({ isOpen, echo }: Options): Input & { write(text: string): void; end(): void } {
  const lines: string[] = [];
  let partial = '';
  let ended = !isOpen;
  let wake: () => void = () => undefined;
  const type = (key: string): void => {
    if (key === '\n' || (echo && key === '\r')) {
      lines.push(partial);
      partial = '';
      echo?.('\r\n');
    } else if (echo && key === '\u007f') {
      if (partial === '') return;
      partial = partial.slice(0, -1);
      echo('\b \b');
    } else if (echo && key === '\u0003') {
      partial = '';
      lines.push('');
      echo('^C\r\n');
    } else if (echo && key === '\u0004') {
      if (partial === '') ended = true;
    } else {
      partial += key;
      echo?.(key);
    }
  };
  return {
    line: async () => {
      while (lines.length === 0 && !ended) await new Promise<void>((resolve) => (wake = resolve));
      const next = lines.shift();
      if (next !== undefined || partial === '') return next;
      const last = partial;
      partial = '';
      return last;
    },
    write: (text) => {
      for (const key of text) type(key);
      wake();
    },
    end: () => {
      ended = true;
      wake();
    },
  };
}
