import type { Candidate, Certainty, Evidence, Finding, Remedy, Unchecked } from '#lib/model/finding.ts';
import { clip, fitTitle } from './wording.ts';

export type FindingParts = {
  readonly causeId: string;
  readonly certainty: Certainty;
  /** Longest wording first; the first that fits the table cell is taken. */
  readonly title: string | [string, ...string[]];
  readonly sentence: string;
  readonly raw?: string;
  readonly container?: string;
  readonly evidence: readonly Evidence[];
  readonly candidates?: readonly Candidate[];
  readonly unchecked?: readonly Unchecked[];
  readonly remedies?: readonly Remedy[];
};

/** A finding with its lists filled in and its texts at a readable length. */
export function finding({ title, sentence, raw, ...parts }: FindingParts): Finding {
  return {
    candidates: [],
    unchecked: [],
    remedies: [],
    ...parts,
    title: typeof title === 'string' ? fitTitle(title) : fitTitle(...title),
    sentence: clip(sentence, 400),
    ...(raw ? { raw: clip(raw, 4000) } : {}),
  };
}
