export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'none';

/** Words in the first part of a line, JSON levels, klog prefixes. First match wins; a guess for colour only. */
const LEVELS: readonly (readonly [LogLevel, RegExp])[] = [
  [
    'error',
    /\b(?:FATAL|PANIC|CRITICAL|CRIT|ERROR|ERR|SEVERE|EMERG|ALERT)\b|"level":\s*"(?:error|fatal|panic)"|^[EF]\d{4} /,
  ],
  [
    'error',
    /\b(?:panic|fatal|error|exception|traceback)\b\s*[:(\]]|command not found|no such file or directory|permission denied|killed by/i,
  ],
  ['warn', /\bWARN(?:ING)?\b|"level":\s*"warn(?:ing)?"|^W\d{4} |\bwarning:/i],
  ['info', /\bINFO\b|"level":\s*"info"|^I\d{4} /],
  ['debug', /\b(?:DEBUG|TRACE)\b|"level":\s*"(?:debug|trace)"/],
];
const LOOKED_AT = 400;

export function logLevel(text: string): LogLevel {
  const start = text.slice(0, LOOKED_AT);
  return LEVELS.find(([, pattern]) => pattern.test(start))?.[0] ?? 'none';
}
