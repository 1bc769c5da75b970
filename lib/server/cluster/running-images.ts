import type { Change } from '#lib/kube/store.ts';
import type { Pod } from '#lib/model/pod.ts';

/**
 * The images that some pod runs right now, kept pod by pod. Repositories that some pod runs from exist and can be
 * read: the proof behind "the tag is wrong, not the name".
 */
export class RunningImages {
  readonly #containers = new Map<string, number>();
  #list: readonly string[] | undefined;

  see(change: Change<Pod>): void {
    if (change.type !== 'deleted') this.#add(change.object, 1);
    if (change.type === 'modified') this.#add(change.previous, -1);
    if (change.type === 'deleted') this.#add(change.object, -1);
  }

  list(): readonly string[] {
    return (this.#list ??= [...this.#containers.keys()]);
  }

  #add({ statuses, template }: Pod, by: 1 | -1): void {
    for (const { name, state } of statuses) {
      if (state.kind !== 'running') continue;
      const image = template.containers.find((container) => container.name === name)?.image;
      if (image) this.#shift(image, by);
    }
  }

  #shift(image: string, by: 1 | -1): void {
    const before = this.#containers.get(image) ?? 0;
    const count = before + by;
    if (count === 0) this.#containers.delete(image);
    else this.#containers.set(image, count);
    if (before === 0 || count === 0) this.#list = undefined;
  }
}
