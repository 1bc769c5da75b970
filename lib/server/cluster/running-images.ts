import type { Change } from '#lib/kube/store.ts';
import type { Pod } from '#lib/model/pod.ts';

/**
 * The images that some pod runs right now, kept pod by pod. Repositories that some pod runs from exist and can be
 * read: the proof behind "the tag is wrong, not the name".
 */
export class RunningImages {
  readonly #containers = new Map<string, number>();
  readonly #nodes = new Map<string, Map<string, number>>();
  readonly #pullSecrets = new Map<string, Map<string, number>>();
  #list: readonly string[] | undefined;
  #namespaces: ReadonlyMap<string, readonly string[]> | undefined;

  see(change: Change<Pod>): void {
    if (change.type !== 'deleted') this.#add(change.object, 1);
    if (change.type === 'modified') this.#add(change.previous, -1);
    if (change.type === 'deleted') this.#add(change.object, -1);
  }

  list(): readonly string[] {
    return (this.#list ??= [...this.#containers.keys()]);
  }

  /**
   * By name of a pull Secret, the namespaces in which a running pod names it: it is there, or was when the image was
   * pulled. No Secret is read for it.
   */
  pullSecretNamespaces(): ReadonlyMap<string, readonly string[]> {
    return (this.#namespaces ??= new Map(
      [...this.#pullSecrets].map(([name, namespaces]) => [name, [...namespaces.keys()].toSorted()]),
    ));
  }

  /** Images that other pods run on the node of this one. */
  besides(pod: Pod): readonly string[] {
    const own = Map.groupBy(imagesRunBy(pod), (image) => image);
    return [...(this.#nodes.get(pod.nodeName ?? '') ?? [])].flatMap(([image, count]) =>
      count > (own.get(image)?.length ?? 0) ? image : [],
    );
  }

  #add(pod: Pod, by: 1 | -1): void {
    const images = imagesRunBy(pod);
    for (const image of images) {
      if (shift(this.#containers, image, by)) this.#list = undefined;
      if (pod.nodeName !== undefined) shiftIn(this.#nodes, { group: pod.nodeName, key: image, by });
    }
    if (images.length === 0) return;
    for (const name of pod.template.imagePullSecrets) this.#name(name, pod.meta.namespace, by);
  }

  #name(secret: string, namespace: string, by: 1 | -1): void {
    if (shiftIn(this.#pullSecrets, { group: secret, key: namespace, by })) this.#namespaces = undefined;
  }
}

/** Images of the containers of a pod that run now. */
function imagesRunBy({ statuses, template }: Pod): readonly string[] {
  return statuses.flatMap(({ name, state }) => {
    if (state.kind !== 'running') return [];
    return template.containers.find((container) => container.name === name)?.image ?? [];
  });
}

/** Counts up or down; true when something came or went. */
function shift(counts: Map<string, number>, key: string, by: 1 | -1): boolean {
  const before = counts.get(key) ?? 0;
  const count = before + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
  return before === 0 || count === 0;
}

/** The same within a group, which is there while something in it is. */
function shiftIn(
  groups: Map<string, Map<string, number>>,
  { group, key, by }: { readonly group: string; readonly key: string; readonly by: 1 | -1 },
): boolean {
  const counts = groups.get(group) ?? new Map<string, number>();
  const isOther = shift(counts, key, by);
  if (counts.size > 0) groups.set(group, counts);
  else groups.delete(group);
  return isOther;
}
