import type { Pod } from '#lib/sandbox/client/objects.ts';
import { same } from '#lib/sandbox/client/same.ts';
import type {
  PersistentVolume,
  PersistentVolumeClaim,
  StorageClass,
} from '#lib/sandbox/client/storage-objects.ts';
import { targetOf, type EventDraft, type Write } from '#lib/sandbox/client/write.ts';
import type { Pass } from '#lib/sandbox/controllers/pass.ts';
import { claimNames } from '#lib/sandbox/scheduler/volume-binding.ts';
import {
  BIND_COMPLETED,
  isBound,
  isFor,
  matchingVolume,
  NO_PROVISIONER,
  SELECTED_NODE,
  waitsForConsumer,
} from '#lib/sandbox/storage/match-volume.ts';

/** Unbound claims are looked at this often, and complain each time (resyncPeriod of the PV controller). */
const RESYNC_MS = 15_000;
const BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
const PROVISIONER = 'volume.kubernetes.io/storage-provisioner';
const BETA_PROVISIONER = 'volume.beta.kubernetes.io/storage-provisioner';
export const CLAIM_PROTECTION = 'kubernetes.io/pvc-protection';

export type ClaimInput = {
  readonly claim: PersistentVolumeClaim;
  readonly volumes: readonly PersistentVolume[];
  readonly storageClass?: StorageClass;
  /** All Pods of the namespace. */
  readonly pods: readonly Pod[];
};

/** The claim's half of the PV controller (pkg/controller/volume/persistentvolume/pv_controller.go, syncClaim). */
export function reconcileClaim(input: ClaimInput): Pass {
  const { claim, volumes, storageClass, pods } = input;
  if (claim.metadata.deletionTimestamp) return { writes: released(claim, pods) };
  if (isBound(claim)) return { writes: checkedBinding(claim, volumes) };
  const later = (...writes: readonly Write[]): Pass => ({ writes, wakeAfterMs: RESYNC_MS });
  if (claim.spec.volumeName) return later(...bindRequested(claim, volumes));
  const isDelayed = waitsForConsumer(storageClass);
  const selected = claim.metadata.annotations?.[SELECTED_NODE];
  const reserved = volumes.find((volume) => isFor(volume, claim));
  const volume = reserved ?? (isDelayed ? undefined : matchingVolume(claim, volumes));
  if (volume) return later(...bind(claim, volume));
  if (isDelayed && !selected) return later(waitingEvent(claim, pods));
  if (claim.spec.storageClassName) return later(...provision(claim, storageClass));
  const message = 'no persistent volumes available for this claim and no storage class is set';
  return later(say(claim, 'Normal', 'FailedBinding', message));
}

const say = (
  claim: PersistentVolumeClaim,
  type: EventDraft['type'],
  reason: string,
  message: string,
): EventDraft => ({
  verb: 'event',
  about: { kind: 'PersistentVolumeClaim', object: claim },
  type,
  reason,
  message,
});

function waitingEvent(claim: PersistentVolumeClaim, pods: readonly Pod[]): Write {
  const users = pods.filter((pod) => !pod.spec.nodeName && claimNames(pod).includes(claim.metadata.name));
  const names = users.map(({ metadata }) => metadata.name);
  if (names.length === 0)
    return say(
      claim,
      'Normal',
      'WaitForFirstConsumer',
      'waiting for first consumer to be created before binding',
    );
  return say(claim, 'Normal', 'WaitForPodScheduled', `waiting for pod ${names.join(',')} to be scheduled`);
}

function provision(claim: PersistentVolumeClaim, storageClass: StorageClass | undefined): readonly Write[] {
  const failed = (message: string) => [say(claim, 'Warning', 'ProvisioningFailed', message)];
  if (!storageClass)
    return failed(`storageclass.storage.k8s.io "${claim.spec.storageClassName ?? ''}" not found`);
  const { provisioner } = storageClass;
  if (provisioner === NO_PROVISIONER) return failed(`no volume plugin matched name: ${provisioner}`);
  const isAsked = claim.metadata.annotations?.[PROVISIONER] === provisioner;
  const annotations = { [BETA_PROVISIONER]: provisioner, [PROVISIONER]: provisioner };
  const ask = {
    verb: 'merge',
    target: targetOf('PersistentVolumeClaim', claim),
    patch: { metadata: { annotations } },
  } as const;
  const message = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
  return [...(isAsked ? [] : [ask]), say(claim, 'Normal', 'ExternalProvisioning', message)];
}

/** Somebody named the volume in the claim. */
function bindRequested(claim: PersistentVolumeClaim, volumes: readonly PersistentVolume[]): readonly Write[] {
  const volume = volumes.find(({ metadata }) => metadata.name === claim.spec.volumeName);
  if (!volume) return [];
  const { name } = volume.metadata;
  if (volume.spec.claimRef && !isFor(volume, claim))
    return [say(claim, 'Warning', 'FailedBinding', `volume "${name}" already bound to a different claim.`)];
  if (volume.spec.claimRef || matchingVolume(claim, [{ ...volume, status: { phase: 'Available' } }]))
    return bind(claim, volume);
  const mismatch =
    (volume.spec.storageClassName ?? '') === (claim.spec.storageClassName ?? '')
      ? 'requested PV is too small'
      : 'storageClassName does not match';
  return [say(claim, 'Warning', 'VolumeMismatch', `Cannot bind to requested volume "${name}": ${mismatch}`)];
}

/** Both directions, volume first: a claim that names a volume must find itself named there. */
function bind(claim: PersistentVolumeClaim, volume: PersistentVolume): readonly Write[] {
  const { name, namespace, uid, resourceVersion } = claim.metadata;
  const writes: Write[] = [];
  if (volume.spec.claimRef?.uid !== uid) {
    const claimRef = {
      kind: 'PersistentVolumeClaim',
      apiVersion: 'v1',
      namespace,
      name,
      uid,
      resourceVersion,
    };
    const annotations = volume.spec.claimRef ? {} : { [BY_CONTROLLER]: 'yes' };
    const patch = { metadata: { annotations }, spec: { claimRef } };
    writes.push({ verb: 'merge', target: targetOf('PersistentVolume', volume), patch });
  }
  const status = { phase: 'Bound' };
  writes.push({
    verb: 'merge',
    target: targetOf('PersistentVolume', volume),
    subresource: 'status',
    patch: { status },
  });
  const annotations = {
    [BIND_COMPLETED]: 'yes',
    ...(claim.spec.volumeName ? {} : { [BY_CONTROLLER]: 'yes' }),
  };
  const target = targetOf('PersistentVolumeClaim', claim);
  const patch = { metadata: { annotations }, spec: { volumeName: volume.metadata.name } };
  const { accessModes, capacity } = volume.spec;
  return [
    ...writes,
    { verb: 'merge', target, patch },
    {
      verb: 'merge',
      target,
      subresource: 'status',
      patch: { status: { phase: 'Bound', accessModes, capacity } },
    },
  ];
}

function checkedBinding(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
): readonly Write[] {
  const volume = volumes.find(({ metadata }) => metadata.name === claim.spec.volumeName);
  const target = targetOf('PersistentVolumeClaim', claim);
  const withStatus = (status: object): Write => ({
    verb: 'merge',
    target,
    subresource: 'status',
    patch: { status },
  });
  if (!volume) {
    if (claim.status?.phase === 'Lost') return [];
    const message = 'Bound claim has lost its PersistentVolume. Data on the volume is lost!';
    return [withStatus({ phase: 'Lost' }), say(claim, 'Warning', 'ClaimLost', message)];
  }
  const { accessModes, capacity } = volume.spec;
  const { phase, capacity: shown } = claim.status ?? {};
  return phase === 'Bound' && same(shown, capacity)
    ? []
    : [withStatus({ phase: 'Bound', accessModes, capacity })];
}

/** A claim in use stays until the last pod is gone (pkg/controller/volume/pvcprotection). */
function released(claim: PersistentVolumeClaim, pods: readonly Pod[]): readonly Write[] {
  const finalizers = claim.metadata.finalizers ?? [];
  const isUsed = pods.some(
    (pod) =>
      pod.spec.nodeName &&
      pod.status?.phase !== 'Succeeded' &&
      pod.status?.phase !== 'Failed' &&
      claimNames(pod).includes(claim.metadata.name),
  );
  if (isUsed || !finalizers.includes(CLAIM_PROTECTION)) return [];
  const left = finalizers.filter((name) => name !== CLAIM_PROTECTION);
  const patch = { metadata: { finalizers: left.length > 0 ? left : null } };
  return [{ verb: 'merge', target: targetOf('PersistentVolumeClaim', claim), patch }];
}
