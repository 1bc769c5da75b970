import {
  changeEvidence,
  changesOf,
  exitEvidence,
  fieldEvidence,
  logEvidence,
  specPath,
} from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { logUnchecked, searchLog } from '#lib/diagnosis/log-search.ts';
import { editRemedy, rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';

const SHELL_NOT_FOUND =
  /(?:exec|sh|bash|ash|line \d+|\b\d+): (?:(?:line )?\d{1,6}: ?)?([^\s:]{1,200}): (?:command )?not found/i;
const USAGE =
  /unknown (?:flag|option|argument|command)|unrecognized (?:option|argument)|invalid option|flag provided but not defined|^usage:/i;

/**
 * Exit code 127 after a real start is a shell that did not find its command. With `args` and without `command`
 * the args replaced the image's CMD, and an entrypoint script runs the first of them.
 */
export const wrongArguments: ContainerRule = (input) => {
  const { container } = input;
  const { exit, spec } = container;
  if (!exit || exit.startedAt === undefined || exit.exitCode === 0) return undefined;
  const found = exit.exitCode === 127 ? searchLog(container.log, SHELL_NOT_FOUND) : undefined;
  const usage = searchLog(container.log, USAGE);
  if (exit.exitCode !== 127 && !usage) return undefined;
  const program = exit.exitCode === 127 ? found?.match[1] : undefined;
  const replaced = exit.exitCode === 127 && spec.args !== undefined && spec.command === undefined;
  const first = spec.args?.[0];
  const named = replaced && program !== undefined && program === first;
  const line = found ?? usage;
  return finding({
    causeId: exit.exitCode === 127 && !replaced ? 'command-not-found' : 'wrong-arguments',
    certainty: named ? 'proven' : 'likely',
    title: replaced
      ? [`Argument ${first ?? ''} is not a command`, 'The arguments replaced the command']
      : program
        ? [`Command ${program} not found`, 'A shell did not find its command']
        : exit.exitCode === 127
          ? 'A shell did not find its command'
          : 'The app does not accept its arguments',
    sentence: sentenceOf({ replaced, first, program, usage: usage?.line.text, name: spec.name }),
    raw: line?.line.text,
    container: spec.name,
    evidence: [
      ...exitEvidence(container),
      ...(line ? [logEvidence(line.line)] : []),
      ...(spec.args
        ? [fieldEvidence(specPath(container, 'args'), `args: ${JSON.stringify(spec.args)}`)]
        : []),
      ...[...changesOf(input, 'args'), ...changesOf(input, 'command')].map(changeEvidence),
    ],
    unchecked: logUnchecked(input),
    remedies: [...rollbackRemedy(input), editRemedy(input, 'Correct args or command of the container')],
  });
};

type Words = { replaced: boolean; first?: string; program?: string; usage?: string; name: string };

function sentenceOf({ replaced, first, program, usage, name }: Words): string {
  if (replaced)
    return `The arguments of ${name} replace the image's own command, and their first word ${first ?? ''} is not a program.`;
  if (program) return `A shell in ${name} did not find the command ${program}.`;
  if (usage) return `${name} does not accept its arguments: ${usage.trim()}`;
  return `${name} ends with exit code 127: a shell did not find the command it was to run.`;
}
