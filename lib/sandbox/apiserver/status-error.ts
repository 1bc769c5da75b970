import type { JsonObject } from './objects/json.ts';

/** `group` and `resource` as Status texts name them: `deployments.apps`. */
export type ResourceName = { readonly group: string; readonly plural: string; readonly kind: string };

export type Cause = { readonly reason: string; readonly message: string; readonly field: string };

type Failure = {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: JsonObject;
};

/**
 * A request the server refuses, carrying the `Status` object it answers with.
 * Reasons, codes and texts follow apimachinery/pkg/api/errors/errors.go.
 */
export class StatusError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = 'StatusError';
    this.failure = failure;
  }

  get code(): number {
    return this.failure.code;
  }

  status(): JsonObject {
    const { code, reason, message, details } = this.failure;
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      ...(details && { details }),
      code,
    };
  }
}

export const qualified = (group: string, name: string): string => (group === '' ? name : `${name}.${group}`);

const details = (name: string | undefined, group: string, kind: string): JsonObject => ({
  ...(name !== undefined && name !== '' && { name }),
  ...(group !== '' && { group }),
  kind,
});

export function notFound({ group, plural }: ResourceName, name: string): StatusError {
  return new StatusError({
    code: 404,
    reason: 'NotFound',
    message: `${qualified(group, plural)} "${name}" not found`,
    details: details(name, group, plural),
  });
}

/** No such path or resource. */
export function unknownResource(): StatusError {
  return new StatusError({
    code: 404,
    reason: 'NotFound',
    message: 'the server could not find the requested resource',
    details: {},
  });
}

export function alreadyExists({ group, plural }: ResourceName, name: string, isGoing = false): StatusError {
  return new StatusError({
    code: 409,
    reason: 'AlreadyExists',
    message: `${isGoing ? 'object is being deleted: ' : ''}${qualified(group, plural)} "${name}" already exists`,
    details: details(name, group, plural),
  });
}

const MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again';

export function conflict({ group, plural }: ResourceName, name: string, why = MODIFIED): StatusError {
  return new StatusError({
    code: 409,
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on ${qualified(group, plural)} "${name}": ${why}`,
    details: details(name, group, plural),
  });
}

export function invalid({ group, kind }: ResourceName, name: string, causes: readonly Cause[]): StatusError {
  const list = causes.map(({ field, message }) => `${field}: ${message}`);
  const text = list.length === 1 ? list[0] : `[${list.join(', ')}]`;
  return new StatusError({
    code: 422,
    reason: 'Invalid',
    message: `${qualified(group, kind)} "${name}" is invalid: ${text}`,
    details: { ...details(name, group, kind), causes },
  });
}

export function forbidden({ group, plural }: ResourceName, name: string, why: string): StatusError {
  const what = name === '' ? qualified(group, plural) : `${qualified(group, plural)} "${name}"`;
  return new StatusError({
    code: 403,
    reason: 'Forbidden',
    message: `${what} is forbidden: ${why}`,
    details: details(name, group, plural),
  });
}

export function badRequest(message: string): StatusError {
  return new StatusError({ code: 400, reason: 'BadRequest', message });
}

export function unauthorized(): StatusError {
  return new StatusError({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' });
}

/** 410: the version asked for has left the journal; the client must list again. */
export function expired(message: string): StatusError {
  return new StatusError({ code: 410, reason: 'Expired', message });
}

/** 429 with the cause kubectl drain waits for: the pod's budget does not allow its eviction. */
export function disruptionRefused(cause: string, retryAfterSeconds = 0): StatusError {
  return new StatusError({
    code: 429,
    reason: 'TooManyRequests',
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
    details: {
      causes: [{ reason: 'DisruptionBudget', message: cause }],
      ...(retryAfterSeconds > 0 && { retryAfterSeconds }),
    },
  });
}

export function methodNotAllowed(): StatusError {
  return new StatusError({
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
    details: {},
  });
}

export function notAcceptable(): StatusError {
  return new StatusError({
    code: 406,
    reason: 'NotAcceptable',
    message: 'only the following media types are accepted: application/json, application/yaml',
    details: {},
  });
}

export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  return new StatusError({
    code: 415,
    reason: 'UnsupportedMediaType',
    message: `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
    details: {},
  });
}

export function internalError(message: string): StatusError {
  return new StatusError({
    code: 500,
    reason: 'InternalError',
    message: `Internal error occurred: ${message}`,
    details: { causes: [{ message }] },
  });
}
