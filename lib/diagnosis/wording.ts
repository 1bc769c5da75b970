/** Longest text a rule reads or shows; kubelet messages are shorter, a hostile one may not be. */
const MAX_TEXT = 8192;
/** The triage table's cell. */
const MAX_TITLE = 37;

export function clip(text: string, max = MAX_TEXT): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}

/** The first wording that fits the table cell, else the last one cut. */
export function fitTitle(...wordings: [string, ...string[]]): string {
  const fitting = wordings.find((wording) => wording.length <= MAX_TITLE);
  return fitting ?? clip(wordings[wordings.length - 1] ?? '', MAX_TITLE);
}

/** "2 s", "3 min 12 s", "4 h 5 min". */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min${seconds % 60 ? ` ${seconds % 60} s` : ''}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h${minutes % 60 ? ` ${minutes % 60} min` : ''}`;
  return `${Math.floor(hours / 24)} d${hours % 24 ? ` ${hours % 24} h` : ''}`;
}

/** "2026-01-15 12:05 UTC": a time in a sentence, where nobody knows the reader's clock. */
export const timeText = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** "a", "a and b", "a, b and c". */
export function listText(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1] ?? ''}`;
}
