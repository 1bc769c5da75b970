/** A piece of a word: text as it stands, or a variable to be looked up. */
export type Piece = { readonly kind: 'text' | 'variable'; readonly value: string; readonly quoted: boolean };
export type Word = readonly Piece[];

export type Redirection = { readonly fd: 1 | 2; readonly to: Word | 'stdout'; readonly append: boolean };

export type Simple = { readonly words: readonly Word[]; readonly redirections: readonly Redirection[] };

/** A pipeline and what decides whether it runs: `;` always, `&&` after success, `||` after failure. */
export type Step = { readonly after: ';' | '&&' | '||'; readonly pipeline: readonly Simple[] };

export class ShellSyntaxError extends Error {}

type Token =
  { readonly kind: 'word'; readonly word: Word } | { readonly kind: 'operator'; readonly text: string };

const OPERATOR = /^(&&|\|\||2>&1|>&2|1>&2|2>>|2>|>>|>|;|\||\n|&)/;

/** What people type into `sh -c`: simple commands, pipes, lists, quotes, variables, redirections of output. */
export function parseScript(text: string): readonly Step[] {
  const steps: Step[] = [];
  let after: Step['after'] = ';';
  let pipeline: Simple[] = [];
  let current: { words: Word[]; redirections: Redirection[] } = { words: [], redirections: [] };
  const endCommand = (): void => {
    if (current.words.length > 0 || current.redirections.length > 0) pipeline.push(current);
    current = { words: [], redirections: [] };
  };
  const endPipeline = (next: Step['after']): void => {
    endCommand();
    if (pipeline.length > 0) steps.push({ after, pipeline });
    else if (next !== ';') throw new ShellSyntaxError(`syntax error: unexpected "${next}"`);
    pipeline = [];
    after = next;
  };
  const queue = tokens(text);
  for (let token = queue.shift(); token; token = queue.shift()) {
    if (token.kind === 'word') current.words.push(token.word);
    else if (token.text === '|') endCommand();
    else if (token.text === '&&' || token.text === '||') endPipeline(token.text);
    else if (token.text === ';' || token.text === '\n' || token.text === '&') endPipeline(';');
    else current.redirections.push(redirection(token.text, queue));
  }
  endPipeline(';');
  return steps;
}

function redirection(operator: string, queue: Token[]): Redirection {
  if (operator === '2>&1') return { fd: 2, to: 'stdout', append: false };
  if (operator.endsWith('>&2'))
    return { fd: 1, to: [{ kind: 'text', value: '/dev/stderr', quoted: true }], append: false };
  const target = queue.shift();
  if (target?.kind !== 'word') throw new ShellSyntaxError('syntax error: unexpected newline');
  return { fd: operator.startsWith('2') ? 2 : 1, to: target.word, append: operator.endsWith('>>') };
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  let rest = text;
  while (rest !== '') {
    const space = /^([ \t]+|#[^\n]*|\\\n)/.exec(rest);
    const operator = OPERATOR.exec(rest);
    if (space) rest = rest.slice(space[0].length);
    else if (operator?.[1] !== undefined) {
      found.push({ kind: 'operator', text: operator[1] });
      rest = rest.slice(operator[1].length);
    } else {
      const { word, length } = readWord(rest);
      found.push({ kind: 'word', word });
      rest = rest.slice(length);
    }
  }
  return found;
}

function readWord(text: string): { word: Word; length: number } {
  const word: Piece[] = [];
  let at = 0;
  while (at < text.length && !/^[\s;|&>]/.test(text.slice(at))) {
    const quote = text[at];
    if (quote === "'" || quote === '"') {
      const end = closing(text, at);
      word.push(
        ...(quote === "'" ? [literal(text.slice(at + 1, end))] : doubleQuoted(text.slice(at + 1, end))),
      );
      at = end + 1;
      continue;
    }
    const variable = VARIABLE.exec(text.slice(at));
    if (variable) {
      word.push({ kind: 'variable', value: variable[1] ?? variable[2] ?? '', quoted: false });
      at += variable[0].length;
      continue;
    }
    const isEscape = quote === '\\' && at + 1 < text.length;
    word.push({ kind: 'text', value: text[isEscape ? at + 1 : at] ?? '', quoted: isEscape });
    at += isEscape ? 2 : 1;
  }
  return { word, length: at };
}

const VARIABLE = /^\$(?:\{(\w+|\?)\}|(\w+|\?))/;

const literal = (value: string): Piece => ({ kind: 'text', value, quoted: true });

function closing(text: string, open: number): number {
  const quote = text[open];
  for (let at = open + 1; at < text.length; at += 1) {
    if (quote === '"' && text[at] === '\\') at += 1;
    else if (text[at] === quote) return at;
  }
  throw new ShellSyntaxError('syntax error: unterminated quoted string');
}

function doubleQuoted(text: string): readonly Piece[] {
  const pieces: Piece[] = [literal('')];
  for (let rest = text; rest !== '';) {
    const variable = VARIABLE.exec(rest);
    if (variable) {
      pieces.push({ kind: 'variable', value: variable[1] ?? variable[2] ?? '', quoted: true });
      rest = rest.slice(variable[0].length);
      continue;
    }
    const escaped = /^\\([\\"$`])/.exec(rest);
    pieces.push(literal(escaped?.[1] ?? rest.slice(0, 1)));
    rest = rest.slice(escaped ? 2 : 1);
  }
  return pieces;
}

/** The words a word stands for: an unquoted variable falls apart at spaces, and vanishes when it is empty. */
export function expandedWord(word: Word, valueOf: (name: string) => string): readonly string[] {
  let words: string[] = [''];
  let isQuoted = false;
  for (const { kind, value, quoted } of word) {
    const text = kind === 'variable' ? valueOf(value) : value;
    isQuoted ||= quoted || kind === 'text';
    const parts = kind === 'variable' && !quoted ? text.split(/\s+/) : [text];
    const [first = '', ...others] = parts;
    words = [...words.slice(0, -1), (words.at(-1) ?? '') + first, ...others];
  }
  return isQuoted ? words : words.filter((text) => text !== '');
}
