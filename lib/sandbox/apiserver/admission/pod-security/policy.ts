import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { BASELINE } from './baseline.ts';
import type { Check } from './check.ts';
import { RESTRICTED } from './restricted.ts';

const LEVELS = ['privileged', 'baseline', 'restricted'] as const;
type Level = (typeof LEVELS)[number];

export type Policy = { readonly level: Level; readonly version: string };

export type Policies = {
  readonly enforce: Policy;
  readonly warn: Policy;
  /** Labels that cannot be read, as `label` and why. */
  readonly errors: readonly { readonly label: string; readonly value: string; readonly message: string }[];
};

const PREFIX = 'pod-security.kubernetes.io/';

/** What a namespace's labels ask for (pod-security-admission/api/helpers.go, PolicyToEvaluate). */
export function policiesOf(labels: Readonly<Record<string, string>>): Policies {
  const errors: { label: string; value: string; message: string }[] = [];
  const level = (mode: string, otherwise: Level): Level | undefined => {
    const value = labels[`${PREFIX}${mode}`];
    if (value === undefined) return undefined;
    const known = LEVELS.find((name) => name === value);
    if (!known) {
      const message = `must be one of ${LEVELS.join(', ')}`;
      errors.push({ label: `${PREFIX}${mode}`, value, message });
    }
    return known ?? otherwise;
  };
  const version = (mode: string): string | undefined => {
    const value = labels[`${PREFIX}${mode}-version`];
    if (value === undefined || /^(latest|v1\.\d+)$/.test(value)) return value;
    errors.push({ label: `${PREFIX}${mode}-version`, value, message: 'must be "latest" or "v1.x"' });
    return 'latest';
  };
  const enforce = {
    level: level('enforce', 'restricted') ?? 'privileged',
    version: version('enforce') ?? 'latest',
  };
  const asked = { level: level('warn', 'privileged'), version: version('warn') };
  const isEnforced = errors.every(({ label }) => label !== `${PREFIX}enforce`);
  const follows = asked.level === undefined && isEnforced && enforce.level !== 'privileged';
  const warn = follows
    ? { level: enforce.level, version: asked.version ?? enforce.version }
    : { level: asked.level ?? 'privileged', version: asked.version ?? 'latest' };
  return { enforce, warn, errors };
}

const CHECKS: Readonly<Record<Level, readonly Check[]>> = {
  privileged: [],
  baseline: Object.values(BASELINE),
  restricted: RESTRICTED,
};

/** `restricted:latest`. */
export function policyName({ level, version }: Policy): string {
  return `${level}:${version}`;
}

/**
 * All that a PodSpec violates, as `reason (detail), reason (detail)`; undefined when nothing. Every version is
 * judged by the rules of the newest, which differ from older ones in details only.
 */
export function violationsOf({ level }: Policy, spec: JsonObject): string | undefined {
  const found = CHECKS[level].flatMap((check) => check(spec) ?? []);
  if (found.length === 0) return undefined;
  return found.map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`)).join(', ');
}

/** The reasons alone, for Pods that exist already. */
export function reasonsOf({ level }: Policy, spec: JsonObject): string | undefined {
  const found = CHECKS[level].flatMap((check) => check(spec) ?? []);
  return found.length === 0 ? undefined : found.map(({ reason }) => reason).join(', ');
}

/** Whether `next` is stricter than `before`. */
export function isStricter(next: Level, before: Level): boolean {
  return LEVELS.indexOf(next) > LEVELS.indexOf(before);
}
