import type { FindingView } from '#lib/contract/incident-view.ts';

type Evidence = FindingView['evidence'][number];

/** What stands beside the evidence already, so that no text is read twice. */
export type Shown = {
  readonly raw?: string;
  readonly change?: { readonly toRevision: number; readonly fields: readonly { readonly path: string }[] };
};

/** Evidence is cut earlier than the raw message: the beginning tells whether they are the same. */
const SAME = 200;
const COUNT = / \(x(\d+)\)$/;

/** The line of one piece of evidence; what is quoted above or drawn as a diff below is named, not repeated. */
export function evidenceText({ kind, text, path }: Evidence, { raw, change }: Shown): string {
  if (kind === 'diff' && change?.fields.some((field) => field.path === path)) {
    return `Revision ${change.toRevision} changed ${path ?? ''}`;
  }
  if (raw === undefined || raw === '' || !text.includes(raw.slice(0, SAME))) return text;
  if (kind === 'log') return 'The line above, from the log';
  const reason = /^(\w+): /.exec(text)?.[1];
  if (reason === undefined) return 'The message above';
  const times = COUNT.exec(text)?.[1];
  return `${reason}${times === undefined ? '' : ` x${times}`}, the message above`;
}

/** The raw message, unless the sentence quotes it already. */
export const rawBeside = ({ raw, sentence }: Pick<FindingView, 'raw' | 'sentence'>): string | undefined =>
  raw === undefined || sentence.includes(raw) ? undefined : raw;
