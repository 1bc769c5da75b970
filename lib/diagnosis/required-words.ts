/**
 * Words of which every text a pattern matches holds at least one, in small letters; `undefined` when there are none. Logs are
 * looked through for them once, instead of by every pattern. Reads the pattern's own source, so nobody has to keep a list:
 * of a sequence its most telling literal run or group counts, of alternatives all.
 */
export function requiredWords({ source }: RegExp): readonly string[] | undefined {
  const reader: Reader = { source, at: 0 };
  const words = alternatives(reader);
  // A bracket that closes nothing: the source is not what this reader takes it for.
  return reader.at === source.length ? words : undefined;
}

type Reader = { readonly source: string; at: number };
type Words = readonly string[] | undefined;

/** Shorter words are in every line. */
const MIN_LENGTH = 3;
/** Escapes that stand for classes and controls; any other escaped character stands for itself. */
const NOT_ITSELF = /[dDwWsSnrtfvpPuxkc0-9]/;

function alternatives(reader: Reader): Words {
  const found: Words[] = [sequence(reader)];
  while (reader.source[reader.at] === '|') {
    reader.at++;
    found.push(sequence(reader));
  }
  return found.some((words) => words === undefined) ? undefined : found.flatMap((words) => words ?? []);
}

function sequence(reader: Reader): Words {
  const { source } = reader;
  const found: (readonly string[])[] = [];
  let run = '';
  const flush = () => {
    if (run.length >= MIN_LENGTH) found.push([run.toLowerCase()]);
    run = '';
  };
  while (reader.at < source.length && source[reader.at] !== '|' && source[reader.at] !== ')') {
    const atom = readAtom(reader);
    const { isOptional, isRepeated } = quantifier(reader);
    if (atom.kind === 'nothing') continue;
    if (atom.kind === 'literal' && !isOptional) {
      run += atom.text;
      if (isRepeated) flush();
      continue;
    }
    flush();
    if (atom.kind === 'group' && atom.words && !isOptional) found.push(atom.words);
  }
  flush();
  return found.toSorted((a, b) => shortest(b) - shortest(a) || a.length - b.length)[0];
}

const shortest = (words: readonly string[]): number => Math.min(...words.map(({ length }) => length));

type Atom =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'group'; readonly words: Words }
  | { readonly kind: 'any' }
  /** Matches no character: an anchor or a look around. */
  | { readonly kind: 'nothing' };

function readAtom(reader: Reader): Atom {
  const { source } = reader;
  const character = source[reader.at++] ?? '';
  if (character === '\\') return escaped(source[reader.at++] ?? '');
  if (character === '^' || character === '$') return { kind: 'nothing' };
  if (character === '.') return { kind: 'any' };
  if (character === '[') {
    while (reader.at < source.length && source[reader.at] !== ']')
      reader.at += source[reader.at] === '\\' ? 2 : 1;
    reader.at++;
    return { kind: 'any' };
  }
  if (character !== '(') return { kind: 'literal', text: character };
  const [opening = '', look] = /^\?(?:(<?[=!])|:|<[^>]*>)/.exec(source.slice(reader.at)) ?? [];
  reader.at += opening.length;
  const words = alternatives(reader);
  reader.at++;
  return look ? { kind: 'nothing' } : { kind: 'group', words };
}

function escaped(character: string): Atom {
  if (character === 'b' || character === 'B') return { kind: 'nothing' };
  return NOT_ITSELF.test(character) ? { kind: 'any' } : { kind: 'literal', text: character };
}

function quantifier(reader: Reader): { readonly isOptional: boolean; readonly isRepeated: boolean } {
  const [text = ''] = /^(?:[?*+]|\{\d+(?:,\d*)?\})\??/.exec(reader.source.slice(reader.at)) ?? [];
  reader.at += text.length;
  return { isOptional: /^(?:[?*]|\{0[,}])/.test(text), isRepeated: text !== '' };
}
