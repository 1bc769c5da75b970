/**
 * One word of a command to be pasted into a shell. Names and images come from the cluster, where anybody may
 * have written them: everything but plain characters is put in single quotes.
 */
export function shellWord(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
