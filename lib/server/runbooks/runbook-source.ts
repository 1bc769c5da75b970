import type { RunbookGap } from '#lib/contract/runbooks.ts';

/** Pages as they were written, by id, and what could not be used. */
export type RunbookTexts = {
  readonly texts: ReadonlyMap<string, string>;
  readonly gaps: readonly RunbookGap[];
};

/** Somewhere runbooks come from. Never rejects: what cannot be read is a gap. */
export type RunbookSource = () => Promise<RunbookTexts>;

export const MAX_RUNBOOK_BYTES = 64 * 1024;
/** Per source. */
export const MAX_RUNBOOKS = 500;

export const BAD_NAME =
  'the name is not an id: lower-case letters, digits and hyphens, 64 at most, then ".md"';
export const TOO_LARGE = `larger than ${MAX_RUNBOOK_BYTES / 1024} KiB`;
export const EMPTY = 'there is no text in it';
