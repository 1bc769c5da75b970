import type { WrongType } from '#lib/sandbox/apiserver/objects/decoded-fields.ts';
import { decodedAs } from '#lib/sandbox/apiserver/objects/decoded-fields.ts';
import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { rootMessage } from '#lib/sandbox/apiserver/protobuf/field-table.ts';
import { groupVersion } from '#lib/sandbox/apiserver/resources.ts';
import type { ResourceRequest } from '#lib/sandbox/apiserver/server-context.ts';
import type { StatusError } from '#lib/sandbox/apiserver/status-error.ts';
import { badRequest } from '#lib/sandbox/apiserver/status-error.ts';

/** What a client prints before the result of its request. */
export function warningHeaders(texts: readonly string[]): Readonly<Record<string, string>> {
  if (texts.length === 0) return {};
  return { Warning: texts.map((text) => `299 - ${JSON.stringify(text)}`).join(', ') };
}

/** How a body that cannot be read is refused: unknown fields, or a value of the wrong type. */
export type Refusals = {
  readonly strict: (why: string) => StatusError;
  readonly wrong: (why: WrongType) => StatusError;
};

export type ReadBody = {
  readonly body: JsonObject;
  /** What the client is to be told. */
  readonly warnings: readonly string[];
};

/**
 * The body as its kind has it, without unknown fields. `fieldValidation` decides about those: Strict throws, Warn (the
 * default) answers with a warning for each. Values of a wrong type always throw. Kinds that the field table does
 * not cover pass as they are.
 */
export function readBody(request: ResourceRequest, body: JsonObject, refusals?: Refusals): ReadBody {
  const { query, resource } = request;
  const root = rootMessage(groupVersion(resource), resource.kind);
  if (root === undefined) return { body, warnings: [] };
  const { object, unknown, wrong } = decodedAs(root, body);
  const { strict, wrong: refuseWrong } = refusals ?? unhandled(request);
  if (wrong) throw refuseWrong(wrong);
  const mode = query.get('fieldValidation') ?? 'Warn';
  if (mode === 'Ignore' || unknown.length === 0) return { body: object, warnings: [] };
  const texts = unknown.map((path) => `unknown field "${path}"`);
  if (mode === 'Strict') throw strict(`strict decoding error: ${texts.join(', ')}`);
  return { body: object, warnings: texts };
}

/** Of a whole object: `Pod in version "v1" cannot be handled as a Pod: ...` (handlers/create.go, transformDecodeError). */
function unhandled({ resource: { kind, version } }: ResourceRequest): Refusals {
  const refuse = (why: string): StatusError =>
    badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`);
  return { strict: refuse, wrong: ({ decoded }) => refuse(decoded) };
}
