import { redact } from './redact.ts';

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;
type Level = 'debug' | 'info' | 'warn' | 'error';

const RANK: Record<Level, number> = { debug: 0, info: 1, warn: 2, error: 3 };

function threshold(): number {
  const wanted = process.env.UNCRASH_LOG ?? 'info';
  return Object.hasOwn(RANK, wanted) ? RANK[wanted as Level] : RANK.info;
}

/**
 * One line per event on stderr: time, level, what, then key=value. Callers pass facts (method, path, status, code),
 * never headers, bodies, queries or kubeconfig material; every value is masked and kept on one line all the same.
 */
export function logLine(level: Level, what: string, fields: LogFields, now: Date): string {
  const pairs = Object.entries(fields).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${printable(String(value))}`],
  );
  return [now.toISOString(), level, what, ...pairs].join(' ');
}

/** Values come from the cluster and from requests: anything but a plain word is quoted, control characters escaped. */
function printable(value: string): string {
  const masked = redact(value);
  return /^[\w./:@*+-]+$/.test(masked) ? masked : JSON.stringify(masked);
}

function write(level: Level, what: string, fields: LogFields): void {
  if (RANK[level] < threshold()) return;
  process.stderr.write(`${logLine(level, what, fields, new Date())}\n`);
}

export const log = {
  debug: (what: string, fields: LogFields = {}) => write('debug', what, fields),
  info: (what: string, fields: LogFields = {}) => write('info', what, fields),
  warn: (what: string, fields: LogFields = {}) => write('warn', what, fields),
  error: (what: string, fields: LogFields = {}) => write('error', what, fields),
};
