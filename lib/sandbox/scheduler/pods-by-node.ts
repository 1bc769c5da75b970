import type { Informer } from '#lib/sandbox/client/informer.ts';
import type { Pod } from '#lib/sandbox/client/objects.ts';
import { hasEnded, priorityOf } from './snapshot.ts';

const keyOf = ({ metadata }: Pod): string => `${metadata.namespace ?? ''}/${metadata.name}`;

/** The pods that occupy each node, kept up to date; a list stays the same object until its node changes. */
export class PodsByNode {
  readonly #byNode = new Map<string, Map<string, Pod>>();
  readonly #nodeOf = new Map<string, string>();
  readonly #lists = new Map<string, readonly Pod[]>();
  /** Waiting pods a node is kept free for, by key. */
  readonly #nominated = new Map<string, Pod>();

  constructor(pods: Informer<'Pod'>) {
    pods.subscribe(({ object, deleted }) => {
      const key = keyOf(object);
      const isBound = Boolean(object.spec.nodeName);
      if (isBound || deleted) this.#remove(key);
      if (isBound && !deleted && !hasEnded(object)) this.#add(object, object.spec.nodeName ?? '');
      if (!isBound && !deleted && object.status?.nominatedNodeName) this.#nominated.set(key, object);
      else this.#nominated.delete(key);
    });
  }

  /** Counts a pod as placed before the watch tells of it: the next decision must not give its place away. */
  assume(pod: Pod, node: string): void {
    this.#add(pod, node);
  }

  /** With the places kept for others that are as important as `pod`, or more. */
  on(node: string, pod: Pod): readonly Pod[] {
    const present = this.#list(node);
    const key = keyOf(pod);
    const expected = [...this.#nominated].filter(
      ([other, { status, spec }]) =>
        other !== key && status?.nominatedNodeName === node && (spec.priority ?? 0) >= priorityOf(pod),
    );
    return expected.length === 0 ? present : [...present, ...expected.map(([, other]) => other)];
  }

  #list(node: string): readonly Pod[] {
    const known = this.#lists.get(node);
    if (known) return known;
    const made = [...(this.#byNode.get(node)?.values() ?? [])];
    this.#lists.set(node, made);
    return made;
  }

  #add(pod: Pod, node: string): void {
    const onNode = this.#byNode.get(node) ?? new Map<string, Pod>();
    this.#byNode.set(node, onNode.set(keyOf(pod), pod));
    this.#nodeOf.set(keyOf(pod), node);
    this.#lists.delete(node);
  }

  #remove(key: string): void {
    const node = this.#nodeOf.get(key);
    if (node === undefined) return;
    this.#nodeOf.delete(key);
    this.#byNode.get(node)?.delete(key);
    this.#lists.delete(node);
  }
}
