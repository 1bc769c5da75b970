import type { PersistentVolume, StorageClass, VolumeClaim } from '#lib/model/storage.ts';
import { toNodeSelectorTerms } from './pod-template.ts';
import { asText, asTexts, asWire, epochMs, mapWires, optionalText, type Wire } from './wire.ts';

/** https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/apis/storage/util/helpers.go */
const DEFAULT_CLASS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];
/** Before 1.6 the class was an annotation; the API server still honours it. */
const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';
const PROVISIONER = 'volume.kubernetes.io/storage-provisioner';
const BETA_PROVISIONER = 'volume.beta.kubernetes.io/storage-provisioner';
const SELECTED_NODE = 'volume.kubernetes.io/selected-node';

export function toVolumeClaim(claim: Wire): VolumeClaim {
  const meta = asWire(claim['metadata']);
  const annotations = asWire(meta['annotations']);
  const spec = asWire(claim['spec']);
  return {
    uid: asText(meta['uid']),
    namespace: asText(meta['namespace']),
    name: asText(meta['name']),
    createdAt: epochMs(meta['creationTimestamp']) ?? 0,
    deletedAt: epochMs(meta['deletionTimestamp']),
    finalizers: asTexts(meta['finalizers']),
    phase: toPhase(asWire(claim['status'])['phase']),
    // An empty class is a wish of its own, so it must not become "none named".
    storageClass: classOf(annotations[CLASS_ANNOTATION]) ?? classOf(spec['storageClassName']),
    volumeName: optionalText(spec['volumeName']),
    requested: quantityText(asWire(asWire(spec['resources'])['requests'])['storage']),
    accessModes: asTexts(spec['accessModes']),
    isBlock: spec['volumeMode'] === 'Block',
    hasSelector: Object.keys(asWire(spec['selector'])).length > 0,
    dataSource: sourceOf(asWire(spec['dataSourceRef'])) ?? sourceOf(asWire(spec['dataSource'])),
    provisioner: optionalText(annotations[PROVISIONER]) ?? optionalText(annotations[BETA_PROVISIONER]),
    selectedNode: optionalText(annotations[SELECTED_NODE]),
  };
}

const toPhase = (phase: unknown): VolumeClaim['phase'] =>
  phase === 'Bound' || phase === 'Lost' ? phase : 'Pending';

const sourceOf = ({ kind, name }: Wire): string | undefined =>
  asText(name) === '' ? undefined : `${asText(kind)} ${asText(name)}`.trim();

const classOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** A quantity without quotes in a manifest is a number. */
const quantityText = (value: unknown): string | undefined =>
  typeof value === 'number' ? String(value) : optionalText(value);

export function toStorageClass(storageClass: Wire): StorageClass {
  const meta = asWire(storageClass['metadata']);
  const annotations = asWire(meta['annotations']);
  return {
    name: asText(meta['name']),
    provisioner: asText(storageClass['provisioner']),
    waitsForConsumer: storageClass['volumeBindingMode'] === 'WaitForFirstConsumer',
    isDefault: DEFAULT_CLASS.some((key) => annotations[key] === 'true'),
    topologies: mapWires(storageClass['allowedTopologies'], (term) => ({
      labels: mapWires(term['matchLabelExpressions'], (expression) => ({
        key: asText(expression['key']),
        operator: 'In' as const,
        values: asTexts(expression['values']),
      })),
      fields: [],
    })),
  };
}

export function toPersistentVolume(volume: Wire): PersistentVolume {
  const meta = asWire(volume['metadata']);
  const spec = asWire(volume['spec']);
  const claim = asWire(spec['claimRef']);
  return {
    name: asText(meta['name']),
    phase: asText(asWire(volume['status'])['phase'], 'Pending'),
    deletedAt: epochMs(meta['deletionTimestamp']),
    storageClass: asText(asWire(meta['annotations'])[CLASS_ANNOTATION]) || asText(spec['storageClassName']),
    capacity: quantityText(asWire(spec['capacity'])['storage']),
    accessModes: asTexts(spec['accessModes']),
    isBlock: spec['volumeMode'] === 'Block',
    ...(asText(claim['name']) === ''
      ? {}
      : {
          claim: {
            namespace: asText(claim['namespace']),
            name: asText(claim['name']),
            uid: optionalText(claim['uid']),
          },
        }),
    nodeTerms: toNodeSelectorTerms(asWire(asWire(spec['nodeAffinity'])['required'])),
  };
}
