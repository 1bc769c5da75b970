import { changeEvidence, changesOf, exitEvidence, logEvidence } from '#lib/diagnosis/evidence.ts';
import { exceptionIn } from '#lib/diagnosis/exception-in-log.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { logHints } from '#lib/diagnosis/log-hints.ts';
import { previousLogCommand, rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { clip, durationText } from '#lib/diagnosis/wording.ts';

/** What fails is not the app, and the app waits for it or runs without it: that is what the reader has to know first. */
const BESIDE: Readonly<Partial<Record<string, { readonly causeId: string; readonly word: string }>>> = {
  init: { causeId: 'init-container-failing', word: 'Init container ' },
  sidecar: { causeId: 'sidecar-crashing', word: 'Sidecar ' },
};
const AS_BUG = { causeId: 'app-bug-exception', sentence: 'It ends with an exception of its own.' };

/** Exceptions that tell of the surroundings: a file, a peer, a setting. That the program does not catch them is no bug yet. */
const OUTSIDE =
  /FileNotFound|NoSuchFile|DirectoryNotFound|Connect|Socket|Timeout|Network|Operational|Broker|ServerSelection|Config|Settings|Propert|Authenti|Credential|Permission|AccessDenied/i;

/** An uncaught exception or panic at the end of the log of a run that failed. */
export const appBugException: ContainerRule = (input) => {
  const { container } = input;
  const { exit, spec } = container;
  if (!exit || exit.exitCode === 0) return undefined;
  const exception = exceptionIn(container.log);
  if (!exception) return undefined;
  const image = changesOf(input, 'image');
  const ran = exit.startedAt === undefined ? '' : ` after ${durationText(exit.finishedAt - exit.startedAt)}`;
  const beside = BESIDE[spec.role];
  const hints = OUTSIDE.test(exception.name) ? logHints(input) : [];
  return finding({
    causeId: beside?.causeId ?? 'app-bug-exception',
    certainty: hints.length > 0 && !beside ? 'possible' : 'likely',
    candidates: [...(beside ? [{ ...AS_BUG, check: `Read the log of ${spec.name}.` }] : []), ...hints],
    title: [
      `${exception.runtime}: ${exception.name}`,
      exception.name,
      `Uncaught ${exception.runtime} exception`,
    ],
    sentence: `${beside?.word ?? ''}${spec.name} ends${ran} with an uncaught ${exception.runtime} error: ${clip(exception.text, 160)}`,
    raw: exception.line.text,
    container: spec.name,
    evidence: [logEvidence(exception.line), ...exitEvidence(container), ...image.map(changeEvidence)],
    remedies: [
      ...rollbackRemedy(input),
      { title: 'Read the whole log of the crashed run', commands: [previousLogCommand(input, container)] },
    ],
  });
};
