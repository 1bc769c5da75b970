import { parseAllDocuments } from 'yaml';
import { asText, asWire, asWires, isWire, type Wire } from '#lib/kube/to-model/wire.ts';
import { jsonDocuments } from './json-documents.ts';
import { ManifestError } from './manifest-error.ts';

export type Manifests = {
  readonly objects: readonly Wire[];
  /** Kinds that came as a list: what a list does not name does not exist. "Secret", "ConfigMap". */
  readonly listedKinds: ReadonlySet<string>;
};

/**
 * The objects of what `kubectl get -o json|yaml` printed: one object, a List, or several of them one after the other
 * (JSON documents joined, YAML documents between `---`).
 * @throws ManifestError naming the place of the first thing that cannot be read.
 */
export function readManifests(text: string, file: string): Manifests {
  const trimmed = text.trimStart();
  if (trimmed === '') throw new ManifestError(file, { line: 1, column: 1 }, 'there is nothing in it');
  const documents = /^[{[]/.test(trimmed) ? jsonDocuments(text, file) : yamlDocuments(text, file);
  const objects: Wire[] = [];
  const listedKinds = new Set<string>();
  for (const { value, line } of documents) {
    if (!isWire(value) || asText(value['kind']) === '') {
      throw new ManifestError(file, { line, column: 1 }, 'this is not a Kubernetes object: it has no "kind"');
    }
    const items = itemsOf(value);
    for (const item of items ?? [value]) objects.push(item);
    for (const item of items ?? []) listedKinds.add(asText(item['kind']));
  }
  return { objects, listedKinds };
}

/** `kubectl get` prints a List whose items carry their kind; a raw PodList leaves it out. */
function itemsOf(value: Wire): readonly Wire[] | undefined {
  const kind = asText(value['kind']);
  if (!kind.endsWith('List') || !Array.isArray(value['items'])) return undefined;
  const itemKind = kind.slice(0, -'List'.length);
  return asWires(value['items']).map((item) =>
    asText(item['kind']) === '' ? { ...item, kind: itemKind, apiVersion: value['apiVersion'] } : item,
  );
}

function yamlDocuments(text: string, file: string): readonly { value: unknown; line: number }[] {
  const documents = parseAllDocuments(text, { prettyErrors: true });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => {
    const [error] = document.errors;
    if (error) {
      const [start] = error.linePos ?? [];
      const position = { line: start?.line ?? 1, column: start?.col ?? 1 };
      throw new ManifestError(
        file,
        position,
        firstLine(error.message).replace(/ at line \d+, column \d+:?$/, ''),
      );
    }
    const value = asPlain(() => document.toJS({ maxAliasCount: 100 }) as unknown, file);
    const line = lineOf(text, document.range[0]);
    return value === null || value === undefined ? [] : [{ value, line }];
  });
}

/** Aliases that explode are refused by the parser. */
function asPlain(convert: () => unknown, file: string): unknown {
  try {
    return convert();
  } catch (error) {
    const reason = error instanceof Error ? firstLine(error.message) : 'it cannot be read';
    throw new ManifestError(file, { line: 1, column: 1 }, reason);
  }
}

const firstLine = (message: string): string => message.split('\n', 1)[0] ?? message;
const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** "Pod", "Event", ... of an object off the wire. */
export const kindOf = (object: Wire): string => asText(asWire(object)['kind']);
