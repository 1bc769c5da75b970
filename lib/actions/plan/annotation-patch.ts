import { asTextMap, type Wire } from '#lib/kube/to-model/wire.ts';
import { type PatchOperation, pointerSegment } from './json-patch.ts';

/** kubectl's own key: `rollout history` shows it. */
export const CHANGE_CAUSE = 'kubernetes.io/change-cause';
/** Who wrote last, for a writer that lost its answer. The controllers copy it to a new ReplicaSet or ControllerRevision. */
export const INTENT = 'uncrash.dev/intent';

/**
 * Sets or removes single annotations and leaves all others as they are, also those written since the read.
 * (kubectl's undo replaces the whole map by the ReplicaSet's and loses what was added later.)
 * A key with `undefined` is removed if it is there.
 */
export function annotationPatch(
  workload: Wire,
  wanted: Readonly<Record<string, string | undefined>>,
): PatchOperation[] {
  const metadata = workload['metadata'] as Wire | undefined;
  const hasMap = metadata?.['annotations'] !== undefined && metadata['annotations'] !== null;
  const present = asTextMap(metadata?.['annotations']);
  const operations = Object.entries(wanted).flatMap(([key, value]): PatchOperation[] => {
    const path = `/metadata/annotations/${pointerSegment(key)}`;
    if (value !== undefined) return [{ op: 'add', path, value }];
    return key in present ? [{ op: 'remove', path }] : [];
  });
  // Only before the controller has written its revision annotation can the map be absent.
  return hasMap || operations.length === 0
    ? operations
    : [{ op: 'add', path: '/metadata/annotations', value: {} }, ...operations];
}
