import type { Unchecked } from '#lib/model/finding.ts';
import type { ContainerInput, LogTailInput } from './diagnosis-input.ts';
import { clip } from './wording.ts';

export type LogLine = LogTailInput['lines'][number];
export type LogHit = { readonly line: LogLine; readonly match: RegExpExecArray; readonly index: number };

/** Longest line searched: patterns stay linear, and so does their input. */
const MAX_LINE = 2000;

/** The last line that matches: the end of a log is nearest to the crash. Colour codes are ignored. */
export function searchLog({ lines }: LogTailInput, pattern: RegExp): LogHit | undefined {
  for (let index = lines.length - 1; index >= 0; index--) {
    const line = lines[index];
    const match = line && pattern.exec(plain(line.text));
    if (line && match) return { line: { ...line, text: plain(line.text) }, match, index };
  }
  return undefined;
}

/** Last line that says anything. */
export function lastLine({ lines }: LogTailInput): LogLine | undefined {
  const line = lines.findLast(({ text }) => plain(text).trim() !== '');
  return line && { ...line, text: plain(line.text) };
}

/** Names the log as unchecked when it could not be read. */
export function logUnchecked({ container, owner }: ContainerInput): Unchecked[] {
  const { gap } = container.log;
  if (gap === undefined) return [];
  const forbidden = /permit|forbidden/i.test(gap);
  return [
    {
      what: `log of ${container.spec.name}: ${gap}`,
      ...(forbidden ? { permission: `get pods/log in ${owner.namespace}` } : {}),
    },
  ];
}

/** Text without terminal control sequences. */
function plain(text: string): string {
  return clip(text, MAX_LINE).replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '');
}
