import type { Json, JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { isArray, isEqual, isObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { StatusError, badRequest } from '#lib/sandbox/apiserver/status-error.ts';

type Operation = {
  readonly op: string;
  readonly tokens: readonly string[];
  readonly from: readonly string[];
  readonly value: Json;
};

/**
 * RFC 6902, all operations or none. A patch that cannot be applied (a failed `test`, a missing path) is 422
 * with the real server's unspecific text; a malformed one is 400.
 */
export function jsonPatch(document: JsonObject, patch: Json | undefined): JsonObject {
  if (!isArray(patch))
    throw badRequest(
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    );
  const result = patch
    .map(parseOperation)
    .reduce<Json>((current, operation) => apply(current, operation), document);
  if (!isObject(result)) throw badRequest('the patched document is not an object');
  return result;
}

/** apiserver patch.go answers every failing operation with NewGenericServerResponse(422, ...). */
function unprocessable(): StatusError {
  return new StatusError({
    code: 422,
    reason: 'Invalid',
    message: 'the server rejected our request due to an error in our request',
    details: {},
  });
}

function parseOperation(entry: Json): Operation {
  if (!isObject(entry) || typeof entry.op !== 'string' || typeof entry.path !== 'string') {
    throw badRequest('error decoding patch: an operation needs op and path');
  }
  const from = typeof entry.from === 'string' ? entry.from : '';
  return { op: entry.op, tokens: pointer(entry.path), from: pointer(from), value: entry.value ?? null };
}

function pointer(path: string): readonly string[] {
  if (path === '') return [];
  if (!path.startsWith('/')) throw unprocessable();
  return path
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

const OPERATIONS: Readonly<Record<string, (document: Json, operation: Operation) => Json>> = {
  add: (document, { tokens, value }) => add(document, tokens, value),
  remove: (document, { tokens }) => remove(document, tokens),
  replace: (document, { tokens, value }) => {
    read(document, tokens);
    return tokens.length === 0 ? value : add(remove(document, tokens), tokens, value);
  },
  move: (document, { from, tokens }) => add(remove(document, from), tokens, read(document, from)),
  copy: (document, { from, tokens }) => add(document, tokens, read(document, from)),
  test: (document, { tokens, value }) => {
    if (!isEqual(find(document, tokens) ?? null, value)) throw unprocessable();
    return document;
  },
};

function apply(document: Json, operation: Operation): Json {
  const run = OPERATIONS[operation.op];
  if (!run) throw unprocessable();
  return run(document, operation);
}

function find(document: Json, tokens: readonly string[]): Json | undefined {
  let value: Json | undefined = document;
  for (const token of tokens) {
    if (isArray(value)) value = value[Number(token)];
    else if (isObject(value)) value = value[token];
    else return undefined;
  }
  return value;
}

function read(document: Json, tokens: readonly string[]): Json {
  const value = find(document, tokens);
  if (value === undefined) throw unprocessable();
  return value;
}

/** Rebuilds the spine down to the parent of the last token and lets `change` rewrite that parent. */
function atParent(
  document: Json,
  tokens: readonly string[],
  change: (parent: Json, key: string) => Json,
): Json {
  const [token, ...rest] = tokens;
  if (token === undefined) throw unprocessable();
  if (rest.length === 0) return change(document, token);
  const child = read(document, [token]);
  const next = atParent(child, rest, change);
  if (isArray(document)) return document.with(Number(token), next);
  return { ...(isObject(document) ? document : {}), [token]: next };
}

function add(document: Json, tokens: readonly string[], value: Json): Json {
  if (tokens.length === 0) return value;
  return atParent(document, tokens, (parent, key) => {
    if (isArray(parent)) return parent.toSpliced(position(key, parent.length + 1), 0, value);
    if (isObject(parent)) return { ...parent, [key]: value };
    throw unprocessable();
  });
}

function remove(document: Json, tokens: readonly string[]): Json {
  return atParent(document, tokens, (parent, key) => {
    if (isArray(parent)) return parent.toSpliced(position(key, parent.length), 1);
    if (!isObject(parent) || parent[key] === undefined) throw unprocessable();
    const { [key]: _removed, ...rest } = parent;
    return rest;
  });
}

function position(key: string, length: number): number {
  if (key === '-') return length - 1;
  const index = /^\d+$/.test(key) ? Number(key) : -1;
  if (index < 0 || index >= length) throw unprocessable();
  return index;
}
