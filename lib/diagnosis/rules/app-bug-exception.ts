import { changeEvidence, changesOf, exitEvidence, logEvidence } from '#lib/diagnosis/evidence.ts';
import { exceptionIn } from '#lib/diagnosis/exception-in-log.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { previousLogCommand, rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { clip, durationText } from '#lib/diagnosis/wording.ts';

/** An uncaught exception or panic at the end of the log of a run that failed. */
export const appBugException: ContainerRule = (input) => {
  const { container } = input;
  const { exit, spec } = container;
  if (!exit || exit.exitCode === 0) return undefined;
  const exception = exceptionIn(container.log);
  if (!exception) return undefined;
  const image = changesOf(input, 'image');
  const ran = exit.startedAt === undefined ? '' : ` after ${durationText(exit.finishedAt - exit.startedAt)}`;
  return finding({
    causeId: 'app-bug-exception',
    certainty: 'likely',
    title: [
      `${exception.runtime}: ${exception.name}`,
      exception.name,
      `Uncaught ${exception.runtime} exception`,
    ],
    sentence: `${spec.name} ends${ran} with an uncaught ${exception.runtime} error: ${clip(exception.text, 160)}`,
    raw: exception.line.text,
    container: spec.name,
    evidence: [logEvidence(exception.line), ...exitEvidence(container), ...image.map(changeEvidence)],
    remedies: [
      ...rollbackRemedy(input),
      { title: 'Read the whole log of the crashed run', commands: [previousLogCommand(input, container)] },
    ],
  });
};
