import { valueAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { Resource } from '#lib/sandbox/apiserver/resources.ts';
import { badRequest } from '#lib/sandbox/apiserver/status-error.ts';

export type FieldMatcher = (object: KubeObject) => boolean;

const EVERYWHERE = ['metadata.name', 'metadata.namespace'];

/** Fields whose Go zero value differs from "absent" in the selectable field set. */
const ZERO_VALUES: Readonly<Record<string, string>> = {
  'spec.unschedulable': 'false',
  'spec.hostNetwork': 'false',
  'status.replicas': '0',
  'status.successful': '0',
};

/** Fields that are selectable under one name and stored under another. */
const STORED_AT: Readonly<Record<string, readonly string[]>> = {
  source: ['source', 'component'],
  'status.successful': ['status', 'succeeded'],
};

/** `a=b,c!=d` over the fields the resource allows; anything else is 400, as in fields.ParseSelector. */
export function parseFieldSelector(text: string, resource: Resource): FieldMatcher {
  const terms = text
    .split(',')
    .filter((term) => term.trim() !== '')
    .map((term) => parseTerm(term, resource));
  return (object) => terms.every((term) => term(object));
}

function parseTerm(term: string, { selectableFields }: Resource): FieldMatcher {
  const match = /^\s*([^=!]+?)\s*(!=|==|=)(.*)$/s.exec(term);
  if (!match) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
  const [, field = '', operator, wanted = ''] = match;
  if (!EVERYWHERE.includes(field) && !selectableFields.includes(field)) {
    throw badRequest(`field label not supported: ${field}`);
  }
  const path = STORED_AT[field] ?? field.replace(/^regarding\b/, 'involvedObject').split('.');
  const zero = ZERO_VALUES[field] ?? '';
  return (object) => {
    const value = valueAt(object, ...path);
    const text =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? String(value)
        : zero;
    return (text === wanted.trim()) === (operator !== '!=');
  };
}
