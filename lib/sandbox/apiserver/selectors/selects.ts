import type { Json } from '#lib/sandbox/apiserver/objects/json.ts';
import { isArray, objectsAt, stringAt, stringMapAt, valueAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { Labels } from './label-selector.ts';

/** Whether a metav1.LabelSelector selects something with these labels; an empty or absent one selects everything. */
export function selects(selector: Json | undefined, labels: Labels): boolean {
  const wanted = Object.entries(stringMapAt(selector, 'matchLabels'));
  if (!wanted.every(([key, value]) => labels[key] === value)) return false;
  return objectsAt(selector, 'matchExpressions').every((expression) => {
    const value = labels[stringAt(expression, 'key') ?? ''];
    const list = valueAt(expression, 'values');
    const values = isArray(list) ? list : [];
    switch (stringAt(expression, 'operator')) {
      case 'In':
        return value !== undefined && values.includes(value);
      case 'NotIn':
        return value === undefined || !values.includes(value);
      case 'Exists':
        return value !== undefined;
      case 'DoesNotExist':
        return value === undefined;
      default:
        return false;
    }
  });
}
