import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createJsonDecoder } from '#lib/kube/json-decoder.ts';
import { KINDS, type ModelByKind } from '#lib/kube/kinds.ts';
import { createValueHash } from '#lib/kube/to-model/value-hash.ts';
import { asText, asWire, asWires, type Wire } from '#lib/kube/to-model/wire.ts';

/** The kinds recorded from a real API server; see e2e/control-plane/record.ts. */
export const RECORDED_KINDS = [
  'pods',
  'events',
  'services',
  'nodes',
  'deployments',
  'replicasets',
  'endpointslices',
] as const;
export type RecordedKind = (typeof RECORDED_KINDS)[number];

/** The recorded bytes: `pods.json`, `pods.pb`, `pods.watch.jsonl`, `pods.table.json`, ... */
export const recordedBytes = (name: string): Buffer =>
  readFileSync(join(import.meta.dirname, 'recorded', name));

export type Recorded<K extends RecordedKind> = {
  readonly objects: readonly ModelByKind[K][];
  /** Fields the to-model functions did not understand. */
  readonly odd: readonly string[];
};

/** One recorded list, as the product sees it; `kubelet/` holds those of Kubernetes' own kubelet. */
export async function recordedList<K extends RecordedKind>(kind: K, folder = ''): Promise<Recorded<K>> {
  const odd: string[] = [];
  const objects: ModelByKind[K][] = [];
  await decoderOf(kind, odd).list(chunked(recordedBytes(`${folder}${kind}.json`)), (object) =>
    objects.push(object),
  );
  return { objects, odd };
}

/** The pods of the recorded watch, one for each event that carried one. */
export async function recordedWatch(): Promise<Recorded<'pods'>> {
  const odd: string[] = [];
  const objects: ModelByKind['pods'][] = [];
  for await (const events of decoderOf('pods', odd).watch(chunked(recordedBytes('pods.watch.jsonl'))))
    for (const event of events) if ('object' in event && event.object) objects.push(event.object);
  return { objects, odd };
}

/** What `kubectl get pods` printed for the recorded pods, by name. */
export function recordedPodTable(): ReadonlyMap<string, { ready: string; status: string; restarts: string }> {
  const table = asWire(JSON.parse(recordedBytes('pods.table.json').toString()));
  const rows = asWires(table['rows']).map(({ cells }) =>
    Array.isArray(cells) ? cells.map((cell) => asText(cell)) : [],
  );
  return new Map(
    rows.map(([name = '', ready = '', status = '', restarts = '']) => [name, { ready, status, restarts }]),
  );
}

function decoderOf<K extends RecordedKind>(kind: K, odd: string[]) {
  const context = {
    hash: createValueHash(Buffer.from('recorded')),
    odd: (path: string) => odd.push(`${kind}: ${path}`),
  };
  return createJsonDecoder<ModelByKind[K]>((object: Wire) => KINDS[kind].toModel(object, context));
}

/** As the network brings it: in pieces that end anywhere. */
async function* chunked(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}
