import type { ImageReference } from '#lib/rollout/image-reference.ts';
import type { ContainerInput } from './diagnosis-input.ts';

export type Mirror = {
  /** Host that was asked. */
  readonly host: string;
  /** The registry it stands for. */
  readonly of: string;
};

/**
 * The mirror a failed request went to. containerd tells a mirror which registry it stands for in the query parameter
 * `ns`, so a URL of an error that has one was not asked of the registry itself.
 * https://github.com/containerd/containerd/blob/main/docs/hosts.md
 */
export function mirrorIn(text: string): Mirror | undefined {
  const [, host, of] =
    /https?:\/\/([^/\s"?]{1,253})\/[^\s"?]{0,1000}\?(?:[^\s"]{0,1000}&)?ns=([\w.:-]{1,253})/.exec(text) ?? [];
  return host && of && host !== of ? { host, of } : undefined;
}

/** Names people give to the path under which a registry fetches the images of another one. */
const CACHE =
  /^(?:docker\.io|registry-1\.docker\.io|quay\.io|ghcr\.io|gcr\.io|registry\.k8s\.io|k8s\.gcr\.io|mcr\.microsoft\.com|public\.ecr\.aws|docker-?hub|[\w-]{0,60}(?:proxy|cache|mirror|remote)[\w-]{0,60})\//;

/** The image's registry only passes on what another registry has: "harbor.example/dockerhub/library/nginx". */
export const isThroughCache = ({ registry, path }: ImageReference): boolean =>
  registry !== 'docker.io' && CACHE.test(path);

/** Clouds whose nodes bring credentials for their own registry, by the scheme of the node's provider id. */
const CLOUDS: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\.)dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/, 'aws://'],
  [/\.azurecr\.io$/, 'azure://'],
  [/(?:^|\.)gcr\.io$|\.pkg\.dev$/, 'gce://'],
];

/** The pod's node is a machine of the cloud the registry belongs to: its own identity is what normally pulls. */
export function isNodeOfRegistry({ pod, nodes }: ContainerInput, { registry }: ImageReference): boolean {
  const provider = nodes.find(({ meta }) => meta.name === pod.nodeName)?.providerId ?? '';
  return CLOUDS.some(([pattern, scheme]) => pattern.test(registry) && provider.startsWith(scheme));
}

/** kind, minikube, Docker Desktop and the like: clusters people load images into by hand. */
export function isLocalCluster({ pod, nodes }: ContainerInput): boolean {
  const node = nodes.find(({ meta }) => meta.name === pod.nodeName);
  if (!node) return false;
  return (
    /^(?:kind|k3d|minikube):\/\//.test(node.providerId) ||
    /^(?:minikube|docker-desktop|rancher-desktop|lima-rancher-desktop|colima|kind-control-plane|k3d-.*)$/.test(
      node.meta.name,
    ) ||
    Object.keys(node.meta.labels).some((label) => label.startsWith('minikube.k8s.io/'))
  );
}
