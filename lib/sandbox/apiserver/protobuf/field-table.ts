import table from './fields.json' with { type: 'json' };

export type Field = {
  readonly name: string;
  readonly number: number;
  /** A message of the table, a scalar, or one of Time, Quantity, IntOrString, FieldsV1, Opaque. */
  readonly type: string;
  readonly shape: 'one' | 'list' | 'map' | 'inline';
  /** A Go pointer: its zero value was set on purpose. */
  readonly optional: boolean;
};

export type Message = {
  readonly byNumber: ReadonlyMap<number, Field>;
  readonly byName: ReadonlyMap<string, Field>;
};

const SHAPES: Readonly<Record<string, Field['shape']>> = { '[]': 'list', '{}': 'map', 'inline ': 'inline' };

/** `"replicas": "1 *int32"`: number, then a mark for pointer, list, map or Go's inline, then the type. */
function parseField(name: string, text: string): Field {
  const [, number = '', mark = '', type = ''] = /^(\d+) (\[\]|\{\}|\*|inline )?(\w+)$/.exec(text) ?? [];
  return { name, number: Number(number), type, shape: SHAPES[mark] ?? 'one', optional: mark === '*' };
}

function parseMessage(fields: Readonly<Record<string, string>>): Message {
  const parsed = Object.entries(fields).map(([name, text]) => parseField(name, text));
  return {
    byNumber: new Map(parsed.map((field) => [field.number, field])),
    byName: new Map(parsed.map((field) => [field.name, field])),
  };
}

const MESSAGES: ReadonlyMap<string, Message> = new Map(
  Object.entries(table.messages).map(([name, fields]) => [name, parseMessage(fields)]),
);
const ROOTS: ReadonlyMap<string, string> = new Map(Object.entries(table.roots));

/** Fields of a message of k8s.io/api (its generated.proto), by number and by JSON name. */
export function messageOf(type: string): Message | undefined {
  return MESSAGES.get(type);
}

export function messageNames(): readonly string[] {
  return [...MESSAGES.keys()];
}

/** The message of a kind, e.g. `apps/v1` `Deployment`; undefined for kinds the table does not cover. */
export function rootMessage(apiVersion: string, kind: string): string | undefined {
  return ROOTS.get(`${apiVersion}/${kind}`);
}
