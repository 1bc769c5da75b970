import type { Informer } from './informer.ts';
import type { Pod } from './objects.ts';

const NONE: readonly Pod[] = [];

/** The pods of each node, whatever their phase, in the order of the cache; so that nobody has to search all pods. */
export class PodsOnNodes {
  readonly #byNode = new Map<string, Map<string, Pod>>();
  readonly #sorted = new Map<string, readonly Pod[]>();

  constructor(pods: Informer<'Pod'>) {
    pods.subscribe(({ object: pod, previous, deleted }) => {
      this.#remove(previous);
      if (!deleted) this.#add(pod);
    });
  }

  on(node: string): readonly Pod[] {
    const known = this.#sorted.get(node);
    if (known) return known;
    const pods = this.#byNode.get(node);
    if (!pods) return NONE;
    const made = [...pods.values()].sort(inOrder);
    this.#sorted.set(node, made);
    return made;
  }

  #add(pod: Pod): void {
    const { nodeName } = pod.spec;
    if (!nodeName) return;
    const pods = this.#byNode.get(nodeName) ?? new Map<string, Pod>();
    this.#byNode.set(nodeName, pods.set(keyOf(pod), pod));
    this.#sorted.delete(nodeName);
  }

  #remove(pod: Pod | undefined): void {
    const node = pod?.spec.nodeName;
    const pods = this.#byNode.get(node ?? '');
    if (!pod || !node || !pods?.delete(keyOf(pod))) return;
    if (pods.size === 0) this.#byNode.delete(node);
    this.#sorted.delete(node);
  }
}

const keyOf = ({ metadata }: Pod): string => `${metadata.namespace ?? ''}/${metadata.name}`;

/** As an informer lists: by namespace, then name. */
function inOrder({ metadata: a }: Pod, { metadata: b }: Pod): number {
  const [one, other] = [a.namespace ?? '', b.namespace ?? ''];
  if (one !== other) return one < other ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}
