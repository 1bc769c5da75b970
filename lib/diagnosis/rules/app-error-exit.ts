import { changeEvidence, exitEvidence, logEvidence } from '#lib/diagnosis/evidence.ts';
import { exitCodeText } from '#lib/diagnosis/exit-code.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { lastLine, logUnchecked } from '#lib/diagnosis/log-search.ts';
import { previousLogCommand, rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { durationText } from '#lib/diagnosis/wording.ts';

/** The last resort for a process that ran and failed: what is known, and no guess. */
export const appErrorExit: ContainerRule = (input) => {
  const { container } = input;
  const { exit, spec } = container;
  if (!exit || exit.exitCode === 0) return undefined;
  const meaning = exitCodeText(exit.exitCode);
  const ran = exit.startedAt === undefined ? '' : ` after ${durationText(exit.finishedAt - exit.startedAt)}`;
  const line = lastLine(container.log);
  return finding({
    causeId: 'app-error-exit',
    certainty: 'possible',
    title: `Ends with exit code ${exit.exitCode}`,
    sentence: `${spec.name} ends with exit code ${exit.exitCode}${ran}${meaning ? `: ${meaning}` : ''}.`,
    raw: line?.text ?? exit.message,
    container: spec.name,
    evidence: [
      ...exitEvidence(container),
      ...(line ? [logEvidence(line)] : []),
      ...input.changes.slice(0, 5).map(changeEvidence),
    ],
    unchecked: logUnchecked(input),
    remedies: [
      ...(input.changes.length > 0 ? rollbackRemedy(input) : []),
      { title: 'Read the log of the crashed run', commands: [previousLogCommand(input, container)] },
    ],
  });
};
