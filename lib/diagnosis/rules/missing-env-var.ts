import {
  changeEvidence,
  changesOf,
  exitEvidence,
  fieldEvidence,
  logEvidence,
  specPath,
} from '#lib/diagnosis/evidence.ts';
import type { ContainerInput } from '#lib/diagnosis/diagnosis-input.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { type LogHit, searchLog } from '#lib/diagnosis/log-search.ts';
import { nearMiss } from '#lib/diagnosis/near-miss.ts';
import { rollbackRemedy, targetWords } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';

const NAME = '[A-Z][A-Z0-9_]{2,99}';
const CAPITALS = new RegExp(`\\b${NAME}\\b`, 'g');
const PATTERNS = [
  new RegExp(`KeyError: ['"](${NAME})['"]`),
  new RegExp(
    `(?:missing|required|undefined|unset)[^\\n]{0,60}?(?:env(?:ironment)?)[^\\n]{0,40}?\\b(${NAME})\\b`,
    'i',
  ),
  new RegExp(
    `(?:env(?:ironment)?(?: variable)?s?)[^\\n]{0,20}?\\b(${NAME})\\b['"]? (?:is |was |are )?(?:not|missing|required|undefined|unset|empty|must)`,
    'i',
  ),
  new RegExp(`\\b(${NAME})\\b['"]? (?:is |was )?(?:not set|unset|required|missing|undefined|must be set)`),
  // sh with `set -u`, bash with `${X:?}`, Go's envconfig and the entrypoints of databases.
  new RegExp(`\\b(${NAME}): (?:parameter (?:not set|null or not set)|unbound variable)`),
  new RegExp(`required key (${NAME}) missing value`),
  new RegExp(`[Ss]et the (${NAME}) env`),
  /^\s*- ((?:MYSQL|MARIADB)_ROOT_PASSWORD)$/,
  /[Mm]issing [`'"](secret_key_base)[`'"]/,
  new RegExp(`Could not resolve placeholder '(${NAME})'`),
  new RegExp(`[Yy]ou (?:must|need to) (?:specify|set|provide)[^\\n]{0,40}?\\b(${NAME})\\b`),
  // Programs that read their environment through a library name the setting in small letters.
  /\b([a-z][a-z0-9]{0,40}(?:_[a-z0-9]{1,40}){1,6}) (?:env(?:ironment)? var(?:iable)?|setting)s? (?:is |must )?(?:required|missing|not set|be set|empty)/,
];

/**
 * The app says which variable it misses. Proven when the template took it away since the last good revision;
 * a variable that is set has some other trouble, so this rule is silent then.
 */
export const missingEnvVar: ContainerRule = (input) => {
  const { container } = input;
  const { exit, spec } = container;
  if (!exit || exit.exitCode === 0) return undefined;
  const hit =
    PATTERNS.map((pattern) => searchLog(container.log, pattern)).find(
      (found) => found !== undefined && variableIn(found) !== undefined,
    ) ?? requiredField(input);
  const name = hit && variableIn(hit);
  if (!hit || name === undefined) return undefined;
  const unfilled = unfilledReference(input, name);
  if (!unfilled && spec.env.some((variable) => variable.name === name)) return undefined;
  const removed = changesOf(input, `env[${name}]`).filter(({ after }) => after === 'removed');
  const renamed = nearMiss(
    name,
    spec.env.map((variable) => variable.name),
  );
  return finding({
    causeId: 'missing-env-var',
    certainty:
      removed.length > 0 || unfilled?.isProven
        ? 'proven'
        : spec.envFrom.length > 0 && !unfilled
          ? 'possible'
          : 'likely',
    title: [`Env ${name} is missing`, 'An environment variable is missing'],
    sentence:
      removed.length > 0
        ? `The app needs ${name}; this revision no longer sets it.`
        : unfilled
          ? `The app needs ${name}; its reference to ${unfilled.of} is optional and finds nothing.`
          : `The app needs ${name}, and the container does not set it${renamed ? `; it sets ${renamed}` : ''}.`,
    raw: hit.line.text,
    container: spec.name,
    evidence: [
      logEvidence(hit.line),
      ...removed.map(changeEvidence),
      fieldEvidence(
        specPath(container, 'env'),
        spec.env.map((variable) => variable.name).join(', ') || 'empty',
      ),
      ...exitEvidence(container),
    ],
    candidates:
      spec.envFrom.length > 0 && removed.length === 0
        ? [
            {
              causeId: 'configmap-key-not-found',
              sentence: `${spec.envFrom.map((source) => source.name).join(', ')} may lack the key ${name}.`,
              check: 'List the keys of the objects named in envFrom.',
            },
          ]
        : [],
    remedies: [
      ...rollbackRemedy(input),
      {
        title: `Set ${name}`,
        commands: [`kubectl set env ${targetWords(input)} -c ${spec.name} ${name}=VALUE`],
      },
    ],
  });
};

/** Pydantic names the field in the line before, and takes it from the variable of that name in any case. */
function requiredField({ container: { log } }: ContainerInput): LogHit | undefined {
  const settings = searchLog(log, /validation errors? for \w{0,60}(?:Settings|Config|Env)\w{0,60}$/i);
  const required = settings && searchLog(log, /^\s{1,8}[Ff]ield required\b/);
  const line = required && log.lines[required.index - 1];
  const match = line && /^([A-Z][A-Z0-9_]{2,99})\s*$/.exec(line.text.toUpperCase());
  return match ? { line, match, index: required.index - 1 } : undefined;
}

/** Words in capitals that loggers write, and no variables. */
const LEVELS: ReadonlySet<string> = new Set([
  'ERROR',
  'FATAL',
  'WARN',
  'WARNING',
  'INFO',
  'DEBUG',
  'ENV',
  'CRITICAL',
]);

/** The case-insensitive patterns also match ordinary words; then the line's first word in capitals is meant. */
function variableIn({ match, line }: LogHit): string | undefined {
  const [, name = ''] = match;
  if (name === name.toUpperCase() && !LEVELS.has(name)) return name;
  if (name.includes('_') && name === name.toLowerCase()) return name.toUpperCase();
  return [...line.text.matchAll(CAPITALS)].map(([word]) => word).find((word) => !LEVELS.has(word));
}

/** An optional reference that finds nothing leaves the variable out without any error of Kubernetes. */
function unfilledReference({ container, references }: ContainerInput, name: string) {
  const source = container.spec.env.find((variable) => variable.name === name)?.source;
  if (!source || !('optional' in source) || !source.optional) return undefined;
  const isSecret = source.kind === 'secretKey';
  const lookup = (isSecret ? references.secrets : references.configMaps).get(source.name);
  const isFilled = lookup?.state === 'exists' && lookup.value.keys.includes(source.key);
  if (isFilled) return undefined;
  return {
    of: `key ${source.key} of ${isSecret ? 'Secret' : 'ConfigMap'} ${source.name}`,
    isProven: lookup?.state === 'exists' || lookup?.state === 'missing',
  };
}
