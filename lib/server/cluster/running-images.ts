import type { Change } from '#lib/kube/store.ts';
import type { Pod } from '#lib/model/pod.ts';

/**
 * The images that some pod runs right now, kept pod by pod. Repositories that some pod runs from exist and can be
 * read: the proof behind "the tag is wrong, not the name".
 */
export class RunningImages {
  readonly #containers = new Map<string, number>();
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

  #add(pod: Pod, by: 1 | -1): void {
    const images = imagesRunBy(pod);
    for (const image of images) if (shift(this.#containers, image, by)) this.#list = undefined;
    if (images.length === 0) return;
    for (const name of pod.template.imagePullSecrets) this.#name(name, pod.meta.namespace, by);
  }

  #name(secret: string, namespace: string, by: 1 | -1): void {
    const namespaces = this.#pullSecrets.get(secret) ?? new Map<string, number>();
    if (shift(namespaces, namespace, by)) this.#namespaces = undefined;
    if (namespaces.size > 0) this.#pullSecrets.set(secret, namespaces);
    else this.#pullSecrets.delete(secret);
  }
}

/** Images of the containers of a pod that run now. */
export function imagesRunBy({ statuses, template }: Pod): readonly string[] {
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
