import type { Candidate } from '#lib/model/finding.ts';
import type { ContainerInput } from './diagnosis-input.ts';
import { probeFailure } from './probe-facts.ts';
import { readProbe } from './probe-readings.ts';
import { clip } from './wording.ts';

type Hint = { readonly causeId: string; readonly pattern: RegExp; readonly says: string };

/** Words that point at something outside the program, and prove nothing: each opens a candidate, never a finding. */
const HINTS: readonly Hint[] = [
  {
    causeId: 'dependency-unavailable',
    pattern:
      /(?:connect|connection|socket|network|operational|serverselection|broker|unreachable|timeout)\w{0,30}(?:exception|error)\b|(?:failed|unable|could not|cannot|can't) (?:to )?(?:connect|reach|ping)|timed out waiting for|no (?:available )?brokers|loading the dataset in memory/i,
    says: 'Something it needs may not answer.',
  },
  {
    causeId: 'missing-config-file',
    pattern:
      /(?:FileNotFound|NoSuchFile|DirectoryNotFound)\w{0,30}|ENOENT\b|no such file or directory|could not find (?:file|a part of the path)/i,
    says: 'A file it needs may not be there.',
  },
  {
    causeId: 'command-not-found',
    pattern:
      /^\S{1,300}: (?:line )?\d{1,6}: [^\s:]{1,300}: (?:no such file or directory|(?:command )?not found)$/i,
    says: 'A script may call a program that is not in the image.',
  },
  {
    causeId: 'config-invalid',
    pattern:
      /(?:config|configuration|settings|propert(?:y|ies))\w{0,20}(?:exception|error)\b|\bconfigured? [\w.]{1,100} \S{1,100} (?:doesn't|does not) match|failed to configure|failed to bind properties|could not resolve placeholder|authentication failed|access denied for user|invalid (?:credentials|password)|NOAUTH|WRONGPASS/i,
    says: 'Its configuration, or the credentials in it, may be wrong.',
  },
  {
    causeId: 'missing-env-var',
    pattern: /could not resolve placeholder|failed to configure a DataSource/i,
    says: 'A setting may not be given to it.',
  },
];

/** Only the end is looked at, and not by the shared index: such common words would make every line of every log telling. */
const LAST_LINES = 40;
const MAX_LINE = 2000;

/** Candidates the log of the ended run hints at; the check quotes the line. */
export function logHints({ container: { log, spec } }: ContainerInput): Candidate[] {
  const texts = log.lines.slice(-LAST_LINES).map(({ text }) => clip(text, MAX_LINE));
  const hinted = HINTS.flatMap(({ causeId, pattern, says }) => {
    const text = texts.findLast((line) => pattern.test(line));
    return text === undefined
      ? []
      : [{ causeId, sentence: says, check: `The log says: ${clip(text.trim(), 160)}` }];
  });
  return spec.security.readOnlyRootFilesystem === true ? [...hinted, READ_ONLY] : hinted;
}

const READ_ONLY: Candidate = {
  causeId: 'read-only-filesystem',
  sentence: 'Its root file system is read-only: what it writes outside of its volumes fails.',
  check: 'Run a copy of the pod without readOnlyRootFilesystem.',
};

/**
 * A probe that fails beside a crash whose end nobody explains: the kubelet may have ended the program, and its Killing
 * event may be gone.
 */
export function probeHints(input: ContainerInput): Candidate[] {
  return (['startup', 'liveness', 'readiness'] as const).flatMap((kind) => {
    const probe = input.container.spec[kind];
    const failure = probe && probeFailure(input, kind);
    if (!probe || !failure) return [];
    const { message } = failure;
    const isWrongPath = probe.handler.kind === 'http' && /statuscode: 404/.test(message);
    const causeId = isWrongPath
      ? 'probe-wrong-port-or-path'
      : readProbe({ message, kind, probe, input })?.causeId;
    const check = `The event says: ${clip(message, 160)}`;
    return [
      ...(causeId === undefined
        ? []
        : [{ causeId, sentence: `Its ${kind} probe fails as well, and may be why it is ended.`, check }]),
      ...(kind === 'readiness'
        ? []
        : [
            {
              causeId: `${kind}-probe-killed`,
              sentence: `The kubelet may end it for its ${kind} probe.`,
              check,
            },
          ]),
    ];
  });
}
