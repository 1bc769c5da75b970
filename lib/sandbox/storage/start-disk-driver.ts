import { seconds } from '#lib/sandbox/client/time.ts';
import { WorkQueue } from '#lib/sandbox/client/work-queue.ts';
import { targetOf } from '#lib/sandbox/client/write.ts';
import type { Cluster } from '#lib/sandbox/cluster.ts';
import { ATTACH_ERROR, DISK_DRIVER, PROVISION_ERROR, provisionedVolume } from './disk-driver.ts';
import { isBound, SELECTED_NODE, waitsForConsumer } from './match-volume.ts';

const PROVISION_MS = 2000;
const ATTACH_MS = 1500;
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 300_000;

/**
 * The controller of a CSI driver (external-provisioner and external-attacher): makes disks for claims, attaches them,
 * removes those nobody wants any more. Belongs to the nodes' side: a real control plane has none either.
 */
export function startDiskDriver(cluster: Cluster): void {
  const { clock, activity, report, api, informers } = cluster;
  const { claims, volumes, storageClasses, attachments, nodes } = informers;
  const recorder = cluster.recorder(`${DISK_DRIVER}_csi-controller-0`);
  const startedAt = new Map<string, number>();
  const failures = new Map<string, number>();

  async function provision(key: string): Promise<void> {
    const [namespace, name = ''] = key.split('/');
    const claim = claims.get(namespace, name);
    const storageClass = storageClasses.get(undefined, claim?.spec.storageClassName ?? '');
    const selected = claim?.metadata.annotations?.[SELECTED_NODE];
    const isOurs = claim && storageClass?.provisioner === DISK_DRIVER && !claim.metadata.deletionTimestamp;
    const isMade = claim && (isBound(claim) || volumes.get(undefined, `pvc-${claim.metadata.uid}`));
    if (!isOurs || isMade || claim.spec.volumeName || (waitsForConsumer(storageClass) && !selected)) {
      startedAt.delete(key);
      failures.delete(key);
      return;
    }
    const say = (type: 'Normal' | 'Warning', reason: string, message: string): void => {
      const about = { kind: 'PersistentVolumeClaim', object: claim } as const;
      recorder.record({ verb: 'event', about, type, reason, message });
    };
    const now = clock.now();
    const since = startedAt.get(key);
    if (since === undefined) {
      startedAt.set(key, now);
      say('Normal', 'Provisioning', `External provisioner is provisioning volume for claim "${key}"`);
      return queue.addAfter(key, PROVISION_MS);
    }
    if (now - since < PROVISION_MS) return queue.addAfter(key, since + PROVISION_MS - now);
    startedAt.delete(key);
    const error = storageClass.parameters?.[PROVISION_ERROR];
    if (error) {
      const count = failures.get(key) ?? 0;
      failures.set(key, count + 1);
      const subject = `failed to provision volume with StorageClass "${storageClass.metadata.name}"`;
      say('Warning', 'ProvisioningFailed', `${subject}: ${error}`);
      return queue.addAfter(key, Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** count));
    }
    const object = provisionedVolume(claim, storageClass, nodes.get(undefined, selected ?? ''));
    await api.apply({ verb: 'create', object });
    say('Normal', 'ProvisioningSucceeded', `Successfully provisioned volume pvc-${claim.metadata.uid}`);
  }

  async function attach(name: string): Promise<void> {
    const attachment = attachments.get(undefined, name);
    if (!attachment || attachment.status?.attached) return;
    const volume = volumes.get(undefined, attachment.spec.source.persistentVolumeName ?? '');
    const message = volume?.metadata.annotations?.[ATTACH_ERROR];
    const status = message
      ? { attached: false, attachError: { message, time: seconds(clock.now()) } }
      : { attached: true, attachError: null };
    if (message) attachQueue.addAfter(name, 30_000);
    await api.apply({
      verb: 'merge',
      target: targetOf('VolumeAttachment', attachment),
      subresource: 'status',
      patch: { status },
    });
  }

  async function reclaim(name: string): Promise<void> {
    const volume = volumes.get(undefined, name);
    if (volume?.spec.csi?.driver !== DISK_DRIVER || volume.metadata.deletionTimestamp) return;
    if (volume.status?.phase !== 'Released' || volume.spec.persistentVolumeReclaimPolicy !== 'Delete') return;
    const target = targetOf('PersistentVolume', volume);
    await api.apply({ verb: 'delete', target, uid: volume.metadata.uid });
  }

  const queue = new WorkQueue({ clock, activity, report, process: provision });
  const attachQueue = new WorkQueue({ clock, activity, report, process: attach });
  const reclaimQueue = new WorkQueue({ clock, activity, report, process: reclaim });
  claims.subscribe(({ object: { metadata } }) => {
    const key = `${metadata.namespace ?? ''}/${metadata.name}`;
    // A claim that is being retried keeps its own rhythm.
    if (!failures.has(key)) queue.add(key);
  });
  attachments.subscribe(({ object, previous, deleted }) => {
    const isOurs = object.spec.attacher === DISK_DRIVER;
    if (isOurs && !deleted && !previous) attachQueue.addAfter(object.metadata.name, ATTACH_MS);
  });
  volumes.subscribe(({ object }) => reclaimQueue.add(object.metadata.name));
}
