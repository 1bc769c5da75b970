import type { Cause } from '#lib/sandbox/apiserver/status-error.ts';
import type { JsonObject } from './json.ts';
import { stringMapAt } from './json.ts';

const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const NAME_RULE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const LONGEST = 63;

/** What is wrong with `prefix/name` as a key (apimachinery/pkg/util/validation, IsQualifiedName). */
export function labelKeyFaults(key: string): readonly string[] {
  const name = key.slice(key.lastIndexOf('/') + 1);
  if (name === '') return ['name part must be non-empty', `name part ${NAME_RULE}`];
  return [
    ...(name.length > LONGEST ? [`name part must be no more than ${LONGEST} bytes`] : []),
    ...(NAME.test(name) ? [] : [`name part ${NAME_RULE}`]),
  ];
}

const valueFaults = (value: string): readonly string[] => [
  ...(value.length > LONGEST ? [`must be no more than ${LONGEST} bytes`] : []),
  ...(value === '' || NAME.test(value) ? [] : [VALUE_RULE]),
];

/** Everything wrong with the labels of an object's metadata. */
export function labelCauses(object: JsonObject): readonly Cause[] {
  const cause = (value: string, why: string): Cause => ({
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
    field: 'metadata.labels',
  });
  return Object.entries(stringMapAt(object, 'metadata', 'labels')).flatMap(([key, value]) => [
    ...labelKeyFaults(key).map((why) => cause(key, why)),
    ...valueFaults(value).map((why) => cause(value, why)),
  ]);
}
