import { credentialsFor, type Secrets } from '#lib/sandbox/credentials.ts';
import type { Pod } from '#lib/sandbox/client/objects.ts';
import { parseImage } from '#lib/sandbox/image-reference.ts';

/**
 * The images on one node, and with which pull Secret each came. Since 1.35 a pod may only use an image that came with
 * credentials if it has such credentials itself
 * (https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/2535-ensure-secret-pulled-images).
 */
export class NodeImages {
  /** By image reference: ids of the credentials; empty when anybody may use it. */
  readonly #images = new Map<string, ReadonlySet<string>>();

  /** `credential` is absent when no Secret was needed, or when it is not known any more. */
  pulled(image: string, credential?: string): void {
    const key = keyOf(image);
    const before = this.#images.get(key);
    if (credential === undefined || before?.size === 0) this.#images.set(key, new Set());
    else this.#images.set(key, new Set([...(before ?? []), credential]));
  }

  has(image: string, pod: Pod, secrets: Secrets): boolean {
    const needed = this.#images.get(keyOf(image));
    if (!needed) return false;
    if (needed.size === 0) return true;
    const repository = parseImage(image)?.repository ?? '';
    return credentialsFor(pod, secrets, repository).some(({ id }) => needed.has(id));
  }
}

const keyOf = (image: string): string => parseImage(image)?.full ?? image;
