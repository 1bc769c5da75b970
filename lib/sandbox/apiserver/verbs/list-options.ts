import { invalid, type Cause } from '#lib/sandbox/apiserver/status-error.ts';

/** What a list or watch asks for, as apimachinery's `internalversion.ListOptions`. */
export type ListOptions = {
  /** '' when none is named. */
  readonly resourceVersion: string;
  readonly resourceVersionMatch: string;
  /** Undefined when it is not said. */
  readonly sendInitialEvents: boolean | undefined;
};

const LIST_OPTIONS = { group: 'meta.k8s.io', plural: 'listoptions', kind: 'ListOptions' };
const MATCH = 'resourceVersionMatch';
const EVENTS = 'sendInitialEvents';
const NEWER = 'NotOlderThan';

/**
 * Reads, defaults and checks the options of a list or watch, with the WatchList gate on as it is by default in 1.35
 * (apimachinery/pkg/apis/meta/internalversion/defaults.go and validation/validation.go).
 *
 * @throws StatusError 422 at a combination that means nothing.
 */
export function listOptions(query: URLSearchParams, { isWatch }: { isWatch: boolean }): ListOptions {
  const said = query.get(EVENTS);
  const asked: ListOptions = {
    resourceVersion: query.get('resourceVersion') ?? '',
    resourceVersionMatch: query.get(MATCH) ?? '',
    sendInitialEvents: said === null ? undefined : said.toLowerCase() !== 'false' && said !== '0',
  };
  const options = isWatch ? defaulted(asked) : asked;
  const causes = isWatch
    ? watchCauses(options, query.has('continue'))
    : listCauses(options, query.has('continue'));
  if (causes.length > 0) throw invalid(LIST_OPTIONS, '', causes);
  return options;
}

/** A watch that names no version always began with what there is. */
function defaulted(asked: ListOptions): ListOptions {
  const isLegacy = asked.resourceVersion === '' || asked.resourceVersion === '0';
  if (!isLegacy || asked.sendInitialEvents !== undefined || asked.resourceVersionMatch !== '') return asked;
  return { ...asked, sendInitialEvents: true, resourceVersionMatch: NEWER };
}

function watchCauses(
  { resourceVersionMatch, sendInitialEvents }: ListOptions,
  isContinued: boolean,
): Cause[] {
  const isNewer = resourceVersionMatch === NEWER;
  const causes: Cause[] = [];
  if (sendInitialEvents !== undefined && !isNewer)
    causes.push(forbidden(MATCH, `${EVENTS} requires setting ${MATCH} to ${NEWER}`));
  if (resourceVersionMatch === '') return causes;
  if (sendInitialEvents === undefined)
    causes.push(forbidden(MATCH, `${MATCH} is forbidden for watch unless ${EVENTS} is provided`));
  if (!isNewer) causes.push(notSupported(resourceVersionMatch, [NEWER]));
  if (isContinued) causes.push(forbidden(MATCH, `${MATCH} is forbidden when continue is provided`));
  return causes;
}

function listCauses(options: ListOptions, isContinued: boolean): Cause[] {
  const { resourceVersion, resourceVersionMatch: match, sendInitialEvents } = options;
  const causes: Cause[] = [];
  if (match !== '') {
    if (resourceVersion === '')
      causes.push(forbidden(MATCH, `${MATCH} is forbidden unless resourceVersion is provided`));
    if (isContinued) causes.push(forbidden(MATCH, `${MATCH} is forbidden when continue is provided`));
    if (match !== 'Exact' && match !== NEWER) causes.push(notSupported(match, ['Exact', NEWER, '']));
    if (match === 'Exact' && resourceVersion === '0')
      causes.push(forbidden(MATCH, `${MATCH} "exact" is forbidden for resourceVersion "0"`));
  }
  if (sendInitialEvents !== undefined) causes.push(forbidden(EVENTS, `${EVENTS} is forbidden for list`));
  return causes;
}

const forbidden = (field: string, detail: string): Cause => ({
  reason: 'FieldValueForbidden',
  message: `Forbidden: ${detail}`,
  field,
});
const notSupported = (value: string, supported: readonly string[]): Cause => ({
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: "${value}": supported values: ${supported.map((each) => `"${each}"`).join(', ')}`,
  field: MATCH,
});
