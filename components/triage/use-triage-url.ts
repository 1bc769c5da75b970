import { parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';

const list = parseAsArrayOf(parseAsString).withDefault([]);

const PARSERS = {
  sev: list,
  cause: list,
  ns: list,
  kind: list,
  node: list,
  q: parseAsString.withDefault(''),
  view: parseAsStringLiteral(['incidents', 'pods']).withDefault('incidents'),
  /** How the pods are sorted. */
  sort: parseAsStringLiteral(['name', 'status', 'restarts', 'age', 'node']).withDefault('name'),
  order: parseAsStringLiteral(['asc', 'desc']).withDefault('asc'),
  /** The selected incident. */
  row: parseAsString,
  /** Shared causes whose incidents are shown. */
  unfold: list,
  panel: parseAsStringLiteral(['open', 'closed']).withDefault('open'),
};

/** The whole state of the triage page lives in the URL. */
export const useTriageUrl = () => useQueryStates(PARSERS, { history: 'replace', clearOnDefault: true });
