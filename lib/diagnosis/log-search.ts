import type { Unchecked } from '#lib/model/finding.ts';
import type { ContainerInput, LogTailInput } from './diagnosis-input.ts';
import { requiredWords } from './required-words.ts';
import { clip } from './wording.ts';
import { WordIndex } from './word-index.ts';

export type LogLine = LogTailInput['lines'][number];
export type LogHit = { readonly line: LogLine; readonly match: RegExpExecArray; readonly index: number };

/** Longest line searched: patterns stay linear, and so does their input. */
const MAX_LINE = 2000;

/** The last line that matches: the end of a log is nearest to the crash. Colour codes are ignored. */
export function searchLog({ lines }: Pick<LogTailInput, 'lines'>, pattern: RegExp): LogHit | undefined {
  const log = prepared(lines);
  const places = isIndexed(pattern) ? telling(log) : undefined;
  for (let place = (places ?? log.texts).length - 1; place >= 0; place--) {
    const index = places ? (places[place] ?? 0) : place;
    const line = lines[index];
    const match = pattern.exec(log.texts[index] ?? '');
    if (line && match) return { line: { ...line, text: match.input }, match, index };
  }
  return undefined;
}

/**
 * Some eighty patterns look at every log. Its lines are cleaned once, and looked through once for all the words without
 * which none of the patterns can match: of most lines nothing is left to do.
 */
type PreparedLog = {
  readonly texts: readonly string[];
  /** Indexes of the lines with such a word, and how many words there were when they were looked for. */
  telling?: { readonly places: readonly number[]; readonly words: number };
};

const PREPARED = new WeakMap<LogTailInput['lines'], PreparedLog>();
const WORDS = new WordIndex();
const INDEXED = new WeakMap<RegExp, boolean>();

function prepared(lines: LogTailInput['lines']): PreparedLog {
  const known = PREPARED.get(lines);
  if (known) return known;
  const log = { texts: lines.map(({ text }) => plain(text)) };
  PREPARED.set(lines, log);
  return log;
}

/** The words of the pattern are among those that are looked for; a pattern without any has to see every line. */
function isIndexed(pattern: RegExp): boolean {
  const known = INDEXED.get(pattern);
  if (known !== undefined) return known;
  const indexed = requiredWords(pattern)?.every((word) => WORDS.add(word)) ?? false;
  INDEXED.set(pattern, indexed);
  return indexed;
}

function telling(log: PreparedLog): readonly number[] {
  if (log.telling?.words !== WORDS.size) {
    const places = log.texts.flatMap((text, index) => (WORDS.isIn(text) ? [index] : []));
    log.telling = { places, words: WORDS.size };
  }
  return log.telling.places;
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
