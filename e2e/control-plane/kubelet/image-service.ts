import { setTimeout as delay } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import type { Pod } from '#lib/sandbox/client/objects.ts';
import { parseImage } from '#lib/sandbox/image-reference.ts';
import { seededRandom, unitOf } from '#lib/sandbox/random.ts';
import { NOT_FOUND, pullImage } from '#lib/sandbox/registry.ts';
import { nanos, type PodSandboxConfig } from './cri-messages.ts';
import { CriError } from './cri-server.ts';

export type StoredImage = {
  readonly id: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  readonly size: number;
};

type Asked = { readonly image: { readonly image: string } | null };
type Pulled = Asked & {
  readonly auth: object | null;
  readonly sandboxConfig: PodSandboxConfig | null;
};

type Options = { readonly seed: string; readonly folder: string };

/** The images of one node, pulled from the sandbox's registries with containerd's error texts and codes. */
export function imageService({ seed, folder }: Options) {
  /** By id. */
  const images = new Map<string, StoredImage>();

  const find = (reference: string): StoredImage | undefined => {
    const full = parseImage(reference)?.full;
    const all = [...images.values()];
    return (
      images.get(reference) ??
      all.find(({ repoTags, repoDigests }) =>
        [...repoTags, ...repoDigests].some((name) => name === full || name === reference),
      )
    );
  };

  const pull = async ({ image, auth, sandboxConfig }: Pulled) => {
    const reference = image?.image ?? '';
    const uid = sandboxConfig?.metadata.uid ?? '';
    const outcome = pullImage(reference, {
      ...credentials(uid, auth !== null ? parseImage(reference)?.registry : undefined),
      chance: (...keys) => unitOf(seed, ...keys),
    });
    if (!outcome) throw new CriError(status.INVALID_ARGUMENT, `invalid reference format`);
    await delay(outcome.tookMs);
    if ('error' in outcome) {
      // The kubelet puts the code in front.
      const isAbsent = outcome.error.startsWith(NOT_FOUND);
      const text = isAbsent ? outcome.error.slice(NOT_FOUND.length) : outcome.error;
      throw new CriError(isAbsent ? status.NOT_FOUND : status.UNKNOWN, text);
    }
    const { full = reference, repository = reference } = parseImage(reference) ?? {};
    const id = `sha256:${seededRandom(`config of ${full}`).hex(64)}`;
    const repoDigests = [`${repository}@${outcome.digest}`];
    images.set(id, { id, repoTags: [full], repoDigests, size: outcome.bytes });
    return { imageRef: id };
  };

  const usage = () => ({
    timestamp: nanos(Date.now()),
    fsId: { mountpoint: folder },
    usedBytes: { value: [...images.values()].reduce((sum, { size }) => sum + size, 0) },
    inodesUsed: { value: 1000 },
  });

  return {
    find,
    handlers: {
      ListImages: () => ({ images: [...images.values()] }),
      ImageStatus: ({ image }: Asked) => ({ image: find(image?.image ?? '') }),
      PullImage: pull,
      RemoveImage: ({ image }: Asked) => {
        images.delete(find(image?.image ?? '')?.id ?? '');
        return {};
      },
      ImageFsInfo: () => ({ imageFilesystems: [usage()], containerFilesystems: [usage()] }),
    },
  };
}

/** The kubelet has matched Secrets and images already: the sandbox's registry sees a pod that has the right one, or none. */
function credentials(uid: string, registry: string | undefined) {
  const metadata = { uid, resourceVersion: '', creationTimestamp: '' };
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: uid, ...metadata },
    spec: { containers: [], imagePullSecrets: registry === undefined ? [] : [{ name: 'matched' }] },
  };
  const config = Buffer.from(`"${registry}"`).toString('base64');
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'matched', ...metadata },
    data: { '.dockerconfigjson': config },
  } as const;
  return { pod, secrets: { get: () => secret } };
}
