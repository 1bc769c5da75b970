import { changeEvidence, changesOf } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { startFailure } from '#lib/diagnosis/start-failure.ts';

const READINGS = [
  [
    'exec-format-error',
    /exec format error/i,
    'Program is not for this CPU',
    'The program is built for another CPU architecture, or is a script without an interpreter line.',
  ],
  [
    'command-permission-denied',
    /exec: "[^"]{1,500}": permission denied|container process caused.{0,400}permission denied/i,
    'Command is not executable',
    'The command exists and may not be executed.',
  ],
  [
    'mount-type-mismatch',
    /mount a directory onto a file|not a directory|error mounting|is a directory/i,
    'A mount does not fit its path',
    'A volume is mounted on a path of another type: a directory on a file, or a file on a directory.',
  ],
  [
    'invalid-env-value',
    /setenv: invalid argument/i,
    'An env value is not valid',
    'An environment variable holds a byte no process can receive.',
  ],
  [
    'oom-limit',
    /init was OOM-killed/i,
    'Memory limit too low to start',
    'The memory limit is too low even to start the container.',
  ],
  [
    'user-not-found-in-image',
    /unable to find user/i,
    'User is not in the image',
    'The user of the container does not exist in the image.',
  ],
  [
    'container-name-reserved',
    /name is reserved|is reserved for|container name .{1,300} already in use/i,
    'An earlier create still hangs',
    'The runtime still holds the name of an earlier attempt: the first create hangs or was lost.',
  ],
] as const;

/** Start failures told by the runtime's text. */
export const startFailureByText: ContainerRule = (input) => {
  const failure = startFailure(input);
  const reading = failure && READINGS.find(([, pattern]) => pattern.test(failure.text));
  if (!failure || !reading) return undefined;
  const [causeId, , title, sentence] = reading;
  return finding({
    causeId,
    certainty: 'likely',
    title,
    sentence,
    raw: failure.text,
    container: input.container.spec.name,
    evidence: [...failure.evidence, ...changesOf(input, 'command').map(changeEvidence)],
    remedies: rollbackRemedy(input),
  });
};
