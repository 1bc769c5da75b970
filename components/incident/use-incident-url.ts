import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import type { Range } from '#components/timeline/timeline-scale.ts';

const RANGE_NAMES = ['5m', '15m', '1h', '6h'] as const satisfies readonly Range[];

const PARSERS = {
  range: parseAsStringLiteral(RANGE_NAMES).withDefault('1h'),
  twin: parseAsStringLiteral(['drawing', 'table']).withDefault('drawing'),
  pod: parseAsString,
  container: parseAsString,
  run: parseAsStringLiteral(['current', 'previous']),
  find: parseAsString.withDefault(''),
  wrap: parseAsBoolean.withDefault(false),
  times: parseAsBoolean.withDefault(true),
  focus: parseAsStringLiteral(['logs']),
};

/** Range, container, run and search of the incident page live in the URL. */
export const useIncidentUrl = () => useQueryStates(PARSERS, { history: 'replace', clearOnDefault: true });
export type IncidentUrl = ReturnType<typeof useIncidentUrl>[0];
export { RANGE_NAMES };
