/** Where runbooks are sorted for a reader; a team's own ids are `other` unless they replace one of ours. */
export const RUNBOOK_FAMILIES = [
  'image',
  'config',
  'start',
  'crash',
  'probe',
  'scheduling',
  'setup',
  'workload',
  'node',
  'dns',
  'other',
] as const;
export type RunbookFamily = (typeof RUNBOOK_FAMILIES)[number];

/** `team`: written by the operators of this installation, as a page of its own or in place of a built-in one. */
export type RunbookOrigin = 'built-in' | 'team' | 'team-override';

export type RunbookSummary = {
  readonly id: string;
  readonly title: string;
  /** The first sentence below the title, as plain text. */
  readonly brief: string;
  readonly family: RunbookFamily;
  readonly origin: RunbookOrigin;
};

/** A file that could not be used, and why. The other runbooks are not affected. */
export type RunbookGap = { readonly where: string; readonly reason: string };

export type RunbookList = {
  readonly runbooks: readonly RunbookSummary[];
  readonly gaps: readonly RunbookGap[];
};

/** Text with marks. Closed on purpose: there is no member that could carry markup of the source to the browser. */
export type RunbookInline =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis' | 'deleted'; readonly content: readonly RunbookInline[] }
  | { readonly kind: 'runbook'; readonly id: string; readonly content: readonly RunbookInline[] }
  /** `href` is http or https. */
  | { readonly kind: 'link'; readonly href: string; readonly content: readonly RunbookInline[] }
  | { readonly kind: 'break' };

export type RunbookBlock =
  | { readonly kind: 'heading'; readonly depth: number; readonly content: readonly RunbookInline[] }
  | { readonly kind: 'paragraph'; readonly content: readonly RunbookInline[] }
  | { readonly kind: 'list'; readonly start?: number; readonly items: readonly (readonly RunbookBlock[])[] }
  | { readonly kind: 'quote'; readonly blocks: readonly RunbookBlock[] }
  /** One entry per copy button: single commands where the block is a list of them, else the whole block. */
  | { readonly kind: 'code'; readonly language: string; readonly pieces: readonly string[] }
  | {
      readonly kind: 'table';
      readonly head: readonly (readonly RunbookInline[])[];
      readonly rows: readonly (readonly (readonly RunbookInline[])[])[];
    }
  | { readonly kind: 'rule' };

export type RunbookPage = RunbookSummary & { readonly blocks: readonly RunbookBlock[] };
