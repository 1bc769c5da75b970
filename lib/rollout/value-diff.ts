import type { FieldChange } from '#lib/model/revision.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Words of a command line as one would type them in a manifest. */
export const quoted = (words: readonly string[]): string => JSON.stringify(words);

const text = (value: unknown): string | undefined =>
  typeof value === 'string' || value === undefined ? value : JSON.stringify(value);

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Changes between two values of one field. Objects are compared key by key (`path.key`), everything else by
 * its text; a key on one side only has no `before` or no `after`.
 */
export function changesOfValue(path: string, before: unknown, after: unknown): FieldChange[] {
  if (isFields(before) && isFields(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => changesOfValue(`${path}.${key}`, before[key], after[key]));
  }
  const was = text(before);
  const is = text(after);
  if (was === is) return [];
  return [
    { path, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) },
  ];
}
