import type { Pod } from '#lib/sandbox/client/objects.ts';
import type { CharacterOf } from '#lib/sandbox/kubelet/kubelet.ts';

export type PodIdentity = {
  /** `shop/checkout` */
  readonly workload: string;
  /** 1 for the pods of the first ReplicaSet of the workload that was seen, 2 for the next. */
  readonly revision: number;
  /** 1 for the first pod of its revision. */
  readonly ordinal: number;
};

/**
 * Names, uids and hashes differ from cluster to cluster; which workload's which pod it is does not. Counts what it is
 * asked about, in that order: pods that come together may swap places, which does not matter as they are alike.
 */
export function podIdentities(): (pod: Pod) => PodIdentity {
  const owners = new Map<string, string[]>();
  const pods = new Map<string, string[]>();
  return ({ metadata }) => {
    const { name, namespace = '', uid, ownerReferences = [], labels = {} } = metadata;
    const owner = ownerReferences.find(({ controller }) => controller) ?? { name, uid };
    const hash = labels['pod-template-hash'];
    const bare = hash && owner.name.endsWith(`-${hash}`) ? owner.name.slice(0, -hash.length - 1) : owner.name;
    const workload = `${namespace}/${bare}`;
    return {
      workload,
      revision: place(owners, workload, owner.uid),
      ordinal: place(pods, owner.uid, uid),
    };
  };
}

/** Pods draw their chances by what they are instead of by their uid. */
export function characters(): CharacterOf {
  const identityOf = podIdentities();
  return (pod) => Object.values(identityOf(pod)).join('/');
}

function place(lists: Map<string, string[]>, key: string, value: string): number {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  const found = list.indexOf(value);
  return found >= 0 ? found + 1 : list.push(value);
}
