import { ManifestError } from './manifest-error.ts';

type JsonDocument = { readonly value: unknown; readonly line: number };

/**
 * JSON values one after the other, as `kubectl get pods -o json >> dump; kubectl get events -o json >> dump` leaves them.
 * @throws ManifestError with line and column within the whole text.
 */
export function jsonDocuments(text: string, file: string): readonly JsonDocument[] {
  const documents: JsonDocument[] = [];
  let from = skipSpace(text, 0);
  while (from < text.length) {
    const to = endOfValue(text, from);
    documents.push({ value: parse(text, { from, to, file }), line: positionAt(text, from).line });
    from = skipSpace(text, to);
  }
  return documents;
}

function parse(text: string, { from, to, file }: { from: number; to: number; file: string }): unknown {
  try {
    return JSON.parse(text.slice(from, to));
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const offset = from + Number(/at position (\d+)/.exec(message)?.[1] ?? to - from);
    const isCut = offset >= text.trimEnd().length;
    const reason = isCut
      ? 'the JSON ends in the middle'
      : (message.split(' in JSON at position')[0] ?? message);
    const position = positionAt(text, offset);
    throw new ManifestError(file, position, reason);
  }
}

/** Just behind the value that begins at `from`; the end of the text when its brackets never close. */
function endOfValue(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at);
    else if (char === '{' || char === '[') depth++;
    else if ((char === '}' || char === ']') && --depth <= 0) return at + 1;
  }
  return text.length;
}

function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && /[\s\uFEFF]/.test(text[at] ?? '')) at++;
  return at;
}

function positionAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}
