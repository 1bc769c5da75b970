import {
  changeEvidence,
  changesOf,
  exitEvidence,
  fieldEvidence,
  logEvidence,
  specPath,
} from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { logHints } from '#lib/diagnosis/log-hints.ts';
import { logUnchecked, searchLog } from '#lib/diagnosis/log-search.ts';
import { editRemedy, rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';

const SHELL_NOT_FOUND =
  /(?:exec|sh|bash|ash|line \d+|\b\d+): (?:(?:line )?\d{1,6}: ?)?([^\s:]{1,200}): (?:command )?not found/i;
/**
 * A parser of command lines names the word it does not take: Go's flag and pflag, cobra, getopt, argparse, click, clap,
 * commander, yargs, the JVM. Servers that get such a word over the network say "unknown command" too.
 */
const COMPLAINT =
  /unknown (?:shorthand )?flag|flag provided but not defined|flag needs an argument|unknown (?:options?|arguments?|switch)[:=]? ?["'`]?-|unknown (?:option|argument)s?: \w|unknown command:? ["'`]?[\w-]{1,60}["'`]?(?: for "|\s*$)|unrecognized (?:option|argument|command[- ]line|VM option)|(?:invalid|illegal) option(?: --|: | ["'`]?-)|unexpected argument ["'`]|found argument ["'`]-|no such option|bad option: -|required flag\(s\)|following (?:required )?arguments (?:are required|were not provided)|arg\(s\), (?:only )?received|requires (?:at least|at most|exactly) \d{1,3} arg|invalid (?:argument|value) "[^"]{0,200}" for (?:"-|flag -|'-)/i;
const USAGE = /^\s*usage(?: of [^:]{1,200})?:/i;

/**
 * Exit code 127 after a real start is a shell that did not find its command. With `args` and without `command`
 * the args replaced the image's CMD, and an entrypoint script runs the first of them.
 */
export const wrongArguments: ContainerRule = (input) => {
  const { container } = input;
  const { exit, spec } = container;
  if (!exit || exit.startedAt === undefined || exit.exitCode === 0) return undefined;
  const found = exit.exitCode === 127 ? searchLog(container.log, SHELL_NOT_FOUND) : undefined;
  const usage = searchLog(container.log, COMPLAINT);
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

/**
 * Many programs print how they are used after any error at all (cobra does unless told not to), so this decides only when
 * nothing else in the log says why.
 */
export const usagePrinted: ContainerRule = (input) => {
  const { container } = input;
  const { exit, spec } = container;
  if (!exit || exit.startedAt === undefined || exit.exitCode === 0) return undefined;
  const hit = searchLog(container.log, USAGE);
  if (!hit) return undefined;
  const before = container.log.lines[hit.index - 1];
  const changes = [...changesOf(input, 'args'), ...changesOf(input, 'command')];
  return finding({
    causeId: 'wrong-arguments',
    certainty: 'possible',
    title: 'The app prints how it is used',
    sentence: `${spec.name} prints how it is used and ends: it may not accept its arguments.`,
    raw: before?.text.trim() || hit.line.text,
    container: spec.name,
    evidence: [
      ...(before && before.text.trim() !== '' ? [logEvidence(before)] : []),
      logEvidence(hit.line),
      ...exitEvidence(container),
      ...(spec.args
        ? [fieldEvidence(specPath(container, 'args'), `args: ${JSON.stringify(spec.args)}`)]
        : []),
      ...changes.map(changeEvidence),
    ],
    candidates: [
      {
        causeId: 'app-error-exit',
        sentence: 'Some programs print that after every error.',
        check: 'Read the line before it.',
      },
      ...logHints(input),
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
