import type { ModelByKind } from '#lib/kube/kinds.ts';
import { KINDS } from '#lib/kube/kinds.ts';
import { createValueHash } from '#lib/kube/to-model/value-hash.ts';
import { asWire, asWires } from '#lib/kube/to-model/wire.ts';
import { recordedBytes, recordedList } from './recorded-objects.ts';

type Pod = ModelByKind['pods'];

/** A pod as its status was from `at` (epoch ms, seen through a watch) on. */
export type SeenPod = { readonly at: number; readonly pod: Pod };

/**
 * Pods in trouble, their events at the same moment, and all that a few of them went through before: written by
 * Kubernetes' own kubelet, whose container runtime was e2e/control-plane/kubelet (see record-kubelet.ts beside it).
 */
export async function recordedKubelet() {
  const pods = await recordedList('pods', 'kubelet/');
  const events = await recordedList('events', 'kubelet/');
  return { pods: pods.objects, events: events.objects, odd: [...pods.odd, ...events.odd] };
}

/** The history of one recorded pod, oldest first. */
export function recordedHistory(name: string): readonly SeenPod[] {
  const wire = asWires(asWire(JSON.parse(recordedBytes('kubelet/pods.json').toString()))['items']).find(
    ({ metadata }) => asWire(metadata)['name'] === name,
  );
  const context = { hash: createValueHash(Buffer.from('recorded')), odd: () => undefined };
  return recordedBytes('kubelet/history.jsonl')
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => asWire(JSON.parse(line)))
    .filter(({ pod }) => pod === name)
    .map(({ at, status }) => {
      const merged = { ...wire, status: { ...asWire(wire?.['status']), ...asWire(status) } };
      return { at: Number(at), pod: KINDS.pods.toModel(merged, context) };
    });
}
