/** A run of text with one look. Colours are names; the stylesheet decides what they are in each theme. */
export type AnsiSpan = {
  readonly text: string;
  readonly color?: string;
  readonly bold?: boolean;
};

const COLORS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
// CSI sequences, OSC strings (titles, hyperlinks) up to BEL or ST, and two-byte escapes.
const ESCAPE = /\u001b(?:\[([\d;:]*)([@-~])|\][^\u0007\u001b]{0,2000}(?:\u0007|\u001b\\)|[@-Z\\^_])/g;

type Look = { color?: string; bold?: boolean };

/** Skips the operands of 38/48 (";5;n" and ";2;r;g;b"): those colours are not ours to honour in two themes. */
const extendedLength = (codes: readonly number[], at: number): number =>
  codes[at + 1] === 5 ? 2 : codes[at + 1] === 2 ? 4 : 0;

function applySgr(look: Look, parameters: string): Look {
  const codes = parameters === '' ? [0] : parameters.split(/[;:]/).map(Number);
  let next = look;
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 0) next = {};
    else if (code === 1) next = { ...next, bold: true };
    else if (code === 22) next = { ...next, bold: undefined };
    else if (code >= 30 && code <= 37) next = { ...next, color: COLORS[code - 30] };
    else if (code >= 90 && code <= 97) next = { ...next, color: COLORS[code - 90] };
    else if (code === 39) next = { ...next, color: undefined };
    else if (code === 38 || code === 48) at += extendedLength(codes, at);
  }
  return next;
}

/**
 * Splits terminal output into spans: SGR colours and bold are kept, every other escape sequence is dropped. It answers
 * data, never markup, so that a log line cannot become an element.
 */
export function ansiSpans(text: string): AnsiSpan[] {
  if (!text.includes('\u001b')) return [{ text }];
  const spans: AnsiSpan[] = [];
  let look: Look = {};
  let from = 0;
  const push = (end: number) => {
    if (end > from) spans.push({ text: text.slice(from, end), ...look });
  };
  for (const match of text.matchAll(ESCAPE)) {
    push(match.index);
    from = match.index + match[0].length;
    if (match[2] === 'm') look = applySgr(look, match[1] ?? '');
  }
  push(text.length);
  return spans;
}
