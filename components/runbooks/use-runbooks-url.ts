import { parseAsArrayOf, parseAsString, useQueryStates } from 'nuqs';

const PARSERS = {
  q: parseAsString.withDefault(''),
  family: parseAsArrayOf(parseAsString).withDefault([]),
  /** The selected runbook. */
  row: parseAsString,
};

export const useRunbooksUrl = () => useQueryStates(PARSERS, { history: 'replace', clearOnDefault: true });
