import type { Cause } from '#lib/sandbox/apiserver/status-error.ts';
import type { Json } from './json.ts';

/** The words of apimachinery/pkg/util/validation/field. */
export const required = (field: string, detail = ''): Cause => ({
  reason: 'FieldValueRequired',
  message: detail === '' ? 'Required value' : `Required value: ${detail}`,
  field,
});

export const invalidValue = (field: string, value: Json | undefined, detail: string): Cause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value ?? null)}: ${detail}`,
  field,
});

export const unsupported = (field: string, value: string, supported: readonly string[]): Cause => ({
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: "${value}": supported values: ${supported.map((known) => `"${known}"`).join(', ')}`,
  field,
});

export const duplicate = (field: string, value: string): Cause => ({
  reason: 'FieldValueDuplicate',
  message: `Duplicate value: "${value}"`,
  field,
});

export const unfound = (field: string, value: string): Cause => ({
  reason: 'FieldValueNotFound',
  message: `Not found: "${value}"`,
  field,
});

export const prohibited = (field: string, detail: string): Cause => ({
  reason: 'FieldValueForbidden',
  message: `Forbidden: ${detail}`,
  field,
});
