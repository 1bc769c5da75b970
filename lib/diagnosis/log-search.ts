import type { Unchecked } from '#lib/model/finding.ts';
import type { ContainerInput, LogTailInput } from './diagnosis-input.ts';
import { clip } from './wording.ts';

export type LogLine = LogTailInput['lines'][number];
export type LogHit = { readonly line: LogLine; readonly match: RegExpExecArray; readonly index: number };

/** Longest line searched: patterns stay linear, and so does their input. */
const MAX_LINE = 2000;

/** The last line that matches: the end of a log is nearest to the crash. Colour codes are ignored. */
export function searchLog({ lines }: Pick<LogTailInput, 'lines'>, pattern: RegExp): LogHit | undefined {
  const texts = plainTexts(lines);
  for (let index = texts.length - 1; index >= 0; index--) {
    const line = lines[index];
    const match = pattern.exec(texts[index] ?? '');
    if (line && match) return { line: { ...line, text: match.input }, match, index };
  }
  return undefined;
}

/** Some forty patterns look at every log; its lines are cleaned once. */
const cleaned = new WeakMap<LogTailInput['lines'], readonly string[]>();

function plainTexts(lines: LogTailInput['lines']): readonly string[] {
  const known = cleaned.get(lines);
  if (known) return known;
  const texts = lines.map(({ text }) => plain(text));
  cleaned.set(lines, texts);
  return texts;
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
  const short = clip(text, MAX_LINE);
  return short.includes('\u001b') ? short.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '') : short;
}
