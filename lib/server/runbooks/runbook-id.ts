/** Ids stand in addresses and file names: lower-case letters, digits and single hyphens, 64 characters at most. */
export const isRunbookId = (text: string): boolean =>
  text.length <= 64 && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text);

/** The id a file name stands for; `undefined` when it is not the name of a runbook. */
export function runbookIdOf(fileName: string): string | undefined {
  const id = fileName.endsWith('.md') ? fileName.slice(0, -3) : undefined;
  return id !== undefined && isRunbookId(id) ? id : undefined;
}
