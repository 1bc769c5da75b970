import { finding } from '#lib/diagnosis/finding.ts';
import type { PodRule } from '#lib/diagnosis/rule.ts';
import { schedulingVerdict } from '#lib/diagnosis/scheduling-verdict.ts';

/** Scheduler reasons without a rule of their own: named from the scheduler's condition, no remedy known. */
export const unschedulable: PodRule = (input) => {
  const verdict = schedulingVerdict(input);
  if (!verdict) return undefined;
  return finding({
    causeId: verdict.causeId,
    certainty: 'likely',
    title: 'No node fits the pod',
    sentence: verdict.sentence,
    raw: verdict.raw,
    evidence: verdict.evidence,
    remedies: [],
  });
};
