import type { ContainerInput } from '#lib/diagnosis/diagnosis-input.ts';
import { changeEvidence, changesOf, exitEvidence, logEvidence } from '#lib/diagnosis/evidence.ts';
import { exceptionIn } from '#lib/diagnosis/exception-in-log.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { type LogHit, searchLog } from '#lib/diagnosis/log-search.ts';
import { rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { clip } from '#lib/diagnosis/wording.ts';

type Reading = {
  readonly causeId: string;
  readonly pattern: RegExp;
  readonly title: string;
  readonly says: (name: string, hit: LogHit) => string;
};

/** Messages of the operating system and of the API server; the same in every language of programming. */
const READINGS: readonly Reading[] = [
  {
    causeId: 'exec-format-error',
    pattern: /exec format error/i,
    title: 'Program is not for this CPU',
    says: (name) =>
      `The program of ${name} is built for another CPU architecture, or is a script without an interpreter line.`,
  },
  {
    causeId: 'entrypoint-interpreter-missing',
    pattern:
      /^exec (\/\S{1,300}): no such file or directory|exec user process caused.{0,20}no such file|(\/\S{1,300})\^M: bad interpreter|: bad interpreter: No such file|env: ['\u2018]?[\w.-]{1,60}(?:\\r|\r)['\u2019]?: No such file/i,
    title: 'Entrypoint or its interpreter is missing',
    says: (_name, { match }) =>
      `${match[1] ?? 'The entrypoint'} cannot be executed: it, or the interpreter in its first line, is missing.`,
  },
  {
    causeId: 'privileged-port-bind',
    pattern:
      /bind\(\) to \S{1,80}:\d{1,3} failed \(13|cannot bind socket \(Permission denied\)|listen tcp\d? \S{0,80}:\d{1,3}: bind: permission denied|listen EACCES: permission denied \S{0,80}:\d{1,3}$|Permission denied: AH\d{5}: make_sock: could not bind to address \S{1,80}:\d{1,3}$/i,
    title: 'May not open a port below 1024',
    says: (name) => `${name} may not listen on a port below 1024 without root.`,
  },
  {
    causeId: 'port-in-use',
    pattern:
      /address (?:already )?in use|EADDRINUSE|port \d{1,5} (?:was|is) already (?:in use|allocated)|bind\(\) to \S{1,80} failed \(98/i,
    title: 'Its port is already in use',
    says: (name) => `The port ${name} wants to listen on is in use in the same pod or on the node.`,
  },
  {
    causeId: 'read-only-filesystem',
    pattern: /read-only file ?system|ReadOnlyFileSystem|EROFS/i,
    title: 'Writes to a read-only file system',
    says: (name) => `${name} writes to a file system that is read-only.`,
  },
  {
    causeId: 'pod-network-broken',
    pattern: /https:\/\/\S{1,80}:443\/apis?\/.{0,300}(?:no route to host|network is unreachable)/i,
    title: 'No route to the API server',
    says: (name) => `${name} has no network route to the API server: the network of its node is broken.`,
  },
  {
    causeId: 'rbac-forbidden',
    // Inside JSON or a quoted field the quotes have backslashes before them.
    pattern: /is forbidden: User \\{0,3}"(system:serviceaccount:[^"\\]{1,300})\\{0,3}"/,
    title: 'Its ServiceAccount lacks a permission',
    says: (_name, { match }) =>
      `The API server refuses ${match[1] ?? 'the ServiceAccount'} a permission the app needs.`,
  },
];

/** An end that the last lines of the log explain in the system's own words. */
export const crashByLogText: ContainerRule = (input) => {
  const { container } = input;
  if (!container.exit || container.exit.exitCode === 0) return undefined;
  for (const reading of READINGS) {
    const hit = searchLog(container.log, reading.pattern);
    if (hit) return read(input, reading, hit);
  }
  return undefined;
};

function read(input: ContainerInput, { causeId, title, says }: Reading, hit: LogHit) {
  const { container } = input;
  const changes = ['image', 'securityContext', 'volumeMounts', 'ports'].flatMap((field) =>
    changesOf(input, field),
  );
  const later = laterException(input, hit);
  return finding({
    causeId,
    certainty: later ? 'possible' : 'likely',
    candidates: later
      ? [
          {
            causeId: 'app-bug-exception',
            sentence: `It went on after that, and ends with an uncaught ${later.runtime} error: ${clip(later.text, 120)}`,
            check: 'Read the log between the two.',
          },
        ]
      : [],
    title,
    sentence: says(container.spec.name, hit),
    raw: clip(hit.line.text, 1000),
    container: container.spec.name,
    evidence: [logEvidence(hit.line), ...exitEvidence(container), ...changes.map(changeEvidence)],
    remedies: input.changes.length > 0 ? rollbackRemedy(input) : [],
  });
}

/** An exception is told in a few lines; this far behind it another matter has ended the program. */
const FAR = 5;

/** What the program survived is not what ended it. Node prints its mark behind the whole stack, so there nothing follows from it. */
function laterException({ container: { log } }: ContainerInput, { index }: LogHit) {
  const exception = exceptionIn(log);
  return exception && exception.runtime !== 'Node.js' && exception.index - index > FAR
    ? exception
    : undefined;
}
