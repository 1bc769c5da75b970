import fields from './fields.json' with { type: 'json' };

/** How a field's bytes are read. Numbers: this is switched on for every field of every object. */
export const STRING = 0;
export const INT = 1;
export const BOOL = 2;
export const TIME = 3;
export const MICRO_TIME = 4;
export const QUANTITY = 5;
export const INT_OR_STRING = 6;
export const MESSAGE = 7;
export const RAW_JSON = 8;
type Code = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

export type Field = {
  /** As in JSON. */
  readonly name: string;
  readonly code: Code;
  /** Of a MESSAGE. */
  readonly shape?: Shape;
  readonly isList: boolean;
  readonly isMap: boolean;
  /** JSON shows its zero too: it is a pointer, or lacks `omitempty`. */
  readonly showsZero: boolean;
  /** Its fields stand among those of the message around it. */
  readonly isInline: boolean;
  /** The same few texts come again and again. */
  readonly isPooled: boolean;
  /** Times as Go prints them in JSON, not as dates. */
  readonly timesAsText: boolean;
  /** Entries of a map that are taken; undefined: all. */
  readonly isKept?: (key: string) => boolean;
  /** A number of its own when its bytes come again and again, with nothing secret in them; else -1. */
  readonly run: number;
  /** A part that many objects carry alike: what of it each has for itself. */
  readonly own?: Shape;
};

/** What is read of one message: by field number. Numbers not in it are skipped by their length. */
export type Shape = {
  readonly fields: readonly (Field | undefined)[];
  /** Nothing may be missed: a number not in the table is an error. */
  readonly isStrict: boolean;
};

/** `message → its fields to take`; a message that is not named here is taken without any. */
export type Projection = {
  readonly take: Readonly<Record<string, readonly string[]>>;
  /** Messages of which every field of the table is taken, and others are an error. */
  readonly strict: readonly string[];
  /** `Message.field`: taken whole and strictly, with all that is below it. */
  readonly whole: readonly string[];
  /** `Message.field`: which entries of this map are taken. */
  readonly entries: Readonly<Record<string, (key: string) => boolean>>;
  /** Fields, and maps, whose texts repeat. */
  readonly pooled: readonly string[];
  /** `Message.field`: entries whose bytes repeat as a whole. Kept as they are: nothing secret. */
  readonly runs: readonly string[];
  /** `Message.field`: alike in many objects, but for these fields of it. */
  readonly parts: Readonly<Record<string, readonly string[]>>;
};

type Table = Readonly<Record<string, Readonly<Record<string, string>>>>;
/** As e2e/control-plane/protobuf-fields reads it off Kubernetes' Go types; explained there. */
export const FIELD_TABLE: Table = fields;

const CODES: Readonly<Record<string, Code>> = {
  string: STRING,
  int: INT,
  bool: BOOL,
  time: TIME,
  microTime: MICRO_TIME,
  quantity: QUANTITY,
  intOrString: INT_OR_STRING,
  rawJson: RAW_JSON,
};

export type FieldSpec = {
  readonly number: number;
  /** A key of CODES, or a message. */
  readonly type: string;
  readonly isList: boolean;
  readonly isMap: boolean;
  readonly isPointer: boolean;
  readonly isAlways: boolean;
  readonly isInline: boolean;
};

/** Reads an entry of the table: `6 []string ?`. */
export function fieldSpec(entry: string): FieldSpec {
  const [number = '', type = '', marks = ''] = entry.split(' ');
  return {
    number: Number(number),
    type: type.replace(/^(\[\]|\{\})/, ''),
    isList: type.startsWith('[]'),
    isMap: type.startsWith('{}'),
    isPointer: marks.includes('?'),
    isAlways: marks.includes('!'),
    isInline: marks.includes('.'),
  };
}

/** Makes the shapes of messages under one projection. */
export function createShapes(projection: Projection): (message: string) => Shape {
  const known = new Map<string, Shape>();
  const pooled = new Set(projection.pooled);

  const shapeOf = (message: string, isWhole: boolean): Shape => {
    const key = `${message} ${isWhole}`;
    const existing = known.get(key);
    if (existing) return existing;
    const isStrict = isWhole || projection.strict.includes(message);
    const shape: Shape = { fields: [], isStrict };
    known.set(key, shape); // before its fields: messages may hold each other
    const table = FIELD_TABLE[message] ?? {};
    fill(shape, {
      message,
      isWhole,
      names: isStrict ? Object.keys(table) : (projection.take[message] ?? []),
    });
    return shape;
  };

  const fill = (shape: Shape, of: { message: string; isWhole: boolean; names: readonly string[] }): void => {
    const { message, isWhole, names } = of;
    const list = shape.fields as (Field | undefined)[];
    const table = FIELD_TABLE[message] ?? {};
    for (const name of names) {
      const entry = table[name];
      if (entry === undefined) throw new Error(`${message} has no field ${name}.`);
      const spec = fieldSpec(entry);
      while (list.length <= spec.number) list.push(undefined);
      list[spec.number] = fieldOf(message, name, { spec, isWhole });
    }
  };

  /** The fields of a part that are not alike. */
  const ownOf = (message: string, names: readonly string[] | undefined): Shape | undefined => {
    if (names === undefined) return undefined;
    const shape: Shape = { fields: [], isStrict: false };
    fill(shape, { message, isWhole: false, names });
    return shape;
  };

  const fieldOf = (message: string, name: string, about: { spec: FieldSpec; isWhole: boolean }): Field => {
    const { spec } = about;
    const path = `${message}.${name}`;
    const isWhole = about.isWhole || projection.whole.includes(path);
    const code = CODES[spec.type] ?? MESSAGE;
    return {
      name,
      code,
      shape: code === MESSAGE ? shapeOf(spec.type, isWhole) : undefined,
      isList: spec.isList,
      isMap: spec.isMap,
      showsZero: spec.isPointer || spec.isAlways || spec.isList,
      isInline: spec.isInline,
      isPooled: !isWhole && pooled.has(name),
      timesAsText: isWhole,
      isKept: isWhole ? undefined : projection.entries[path],
      run: isWhole ? -1 : projection.runs.indexOf(path),
      own: isWhole ? undefined : ownOf(spec.type, projection.parts[path]),
    };
  };

  return (message) => shapeOf(message, false);
}
