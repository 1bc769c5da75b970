import type { Pod } from '#lib/sandbox/client/objects.ts';
import { WorkQueue } from '#lib/sandbox/client/work-queue.ts';
import { targetOf, type Write } from '#lib/sandbox/client/write.ts';
import type { Cluster } from '#lib/sandbox/cluster.ts';
import { applyWrites } from '#lib/sandbox/controllers/apply-writes.ts';
import { hasEnded } from '#lib/sandbox/scheduler/snapshot.ts';
import { claimNames } from '#lib/sandbox/scheduler/volume-binding.ts';
import { attachEvent, attachmentFor, attachmentName, multiAttachError, type Need } from './attachments.ts';
import { reconcileClaim } from './claims.ts';
import { reconcileVolume } from './volumes.ts';

/** What kube-controller-manager does about storage: binding claims, and asking for disks to be attached. */
export function startVolumeControllers(cluster: Cluster): void {
  startBinder(cluster);
  startAttachments(cluster);
}

function startBinder(cluster: Cluster): void {
  const { clock, activity, report, api, informers } = cluster;
  const { claims, volumes, storageClasses, pods } = informers;
  const recorder = cluster.recorder('persistentvolume-controller');

  async function bindClaim(key: string): Promise<void> {
    const [namespace, name = ''] = key.split('/');
    const claim = claims.get(namespace, name);
    if (!claim) return;
    const storageClass = storageClasses.get(undefined, claim.spec.storageClassName ?? '');
    const input = { claim, volumes: volumes.list(), storageClass, pods: pods.list(namespace) };
    const { writes, wakeAfterMs } = reconcileClaim(input);
    if (wakeAfterMs !== undefined) claimQueue.addAfter(key, wakeAfterMs);
    await applyWrites(writes, { api, recorder });
  }
  async function followClaim(name: string): Promise<void> {
    const volume = volumes.get(undefined, name);
    if (!volume) return;
    const { claimRef } = volume.spec;
    const claim = claimRef && claims.get(claimRef.namespace, claimRef.name);
    await applyWrites(reconcileVolume(volume, claim).writes, { api, recorder });
  }

  const claimQueue = new WorkQueue({ clock, activity, report, process: bindClaim });
  const volumeQueue = new WorkQueue({ clock, activity, report, process: followClaim });
  const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;
  claims.subscribe(({ object: { metadata, spec }, previous, deleted }) => {
    // An annotation is the only thing a claim's own complaints change; they must not answer themselves.
    if (!deleted) claimQueue.addAfter(keyOf(metadata.namespace, metadata.name), previous ? 100 : 0);
    if (spec.volumeName) volumeQueue.add(spec.volumeName);
  });
  volumes.subscribe(({ object: { metadata, spec }, deleted }) => {
    if (!deleted) volumeQueue.add(metadata.name);
    if (spec.claimRef) claimQueue.add(keyOf(spec.claimRef.namespace, spec.claimRef.name));
  });
  pods.subscribe(({ object: pod, deleted }) => {
    if (!deleted && !hasEnded(pod)) return;
    for (const name of claimNames(pod)) claimQueue.add(keyOf(pod.metadata.namespace, name));
  });
}

/** The attach-detach controller (pkg/controller/volume/attachdetach): one look at everything, as upstream's reconciler. */
function startAttachments(cluster: Cluster): void {
  const { clock, activity, report, api, informers } = cluster;
  const { claims, volumes, attachments, pods } = informers;
  const recorder = cluster.recorder('attachdetach-controller');
  /** Said once per pod and disk. */
  const complained = new Set<string>();
  const queue = new WorkQueue({ clock, activity, report, process: pass });

  /** Pods that occupy a node, and their attachable disks. */
  function needs(): readonly Need[] {
    const byPair = new Map<string, { volume: Need['volume']; node: string; pods: Pod[] }>();
    for (const pod of pods.list()) {
      const node = pod.spec.nodeName;
      if (!node || hasEnded(pod)) continue;
      for (const name of claimNames(pod)) {
        const volume = volumes.get(
          undefined,
          claims.get(pod.metadata.namespace, name)?.spec.volumeName ?? '',
        );
        if (!volume?.spec.csi) continue;
        const pair = attachmentName(volume, node);
        const need = byPair.get(pair) ?? { volume, node, pods: [] };
        need.pods.push(pod);
        byPair.set(pair, need);
      }
    }
    return [...byPair.values()];
  }

  async function pass(): Promise<void> {
    const wanted = needs();
    const present = attachments.list();
    const wantedNames = new Set(wanted.map(({ volume, node }) => attachmentName(volume, node)));
    const writes: Write[] = present
      .filter(({ metadata }) => !wantedNames.has(metadata.name) && !metadata.deletionTimestamp)
      .map((each) => ({
        verb: 'delete',
        target: targetOf('VolumeAttachment', each),
        uid: each.metadata.uid,
      }));
    for (const need of wanted) {
      const name = attachmentName(need.volume, need.node);
      if (present.some(({ metadata }) => metadata.name === name)) continue;
      const error = multiAttachError(need, present, wanted);
      if (!error) writes.push({ verb: 'create', object: attachmentFor(need) });
      else
        for (const pod of need.pods)
          if (first(pod, name)) writes.push(attachEvent(pod, 'FailedAttachVolume', error));
    }
    await applyWrites(writes, { api, recorder });
  }

  function first(pod: Pod, attachment: string): boolean {
    const key = `${pod.metadata.uid}/${attachment}`;
    if (complained.has(key)) return false;
    complained.add(key);
    return true;
  }

  attachments.subscribe(({ object, previous, deleted }) => {
    const volume = object.spec.source.persistentVolumeName ?? '';
    if (deleted) return queue.add('/');
    const users = needs().find((need) => attachmentName(need.volume, need.node) === object.metadata.name);
    const { attached, attachError } = object.status ?? {};
    for (const pod of users?.pods ?? []) {
      if (attached && !previous?.status?.attached)
        recorder.record(
          attachEvent(pod, 'SuccessfulAttachVolume', `AttachVolume.Attach succeeded for volume "${volume}" `),
        );
      if (attachError && attachError.time !== previous?.status?.attachError?.time)
        recorder.record(
          attachEvent(
            pod,
            'FailedAttachVolume',
            `AttachVolume.Attach failed for volume "${volume}" : ${attachError.message ?? ''}`,
          ),
        );
    }
  });
  pods.subscribe(({ object: pod, previous, deleted }) => {
    if (claimNames(pod).length === 0) return;
    if (deleted) for (const key of complained) if (key.startsWith(pod.metadata.uid)) complained.delete(key);
    const hasMoved = pod.spec.nodeName !== previous?.spec.nodeName;
    if (deleted || hasMoved || (hasEnded(pod) && previous && !hasEnded(previous))) queue.add('/');
  });
  volumes.subscribe(({ object, previous }) => {
    if (!previous && object.spec.csi) queue.add('/');
  });
}
