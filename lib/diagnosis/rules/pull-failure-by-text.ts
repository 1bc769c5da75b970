import { finding } from '#lib/diagnosis/finding.ts';
import { parseImageReference } from '#lib/rollout/image-reference.ts';
import { type PullClass, pullFailure } from '#lib/diagnosis/pull-failure.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { verifiesPulledImages } from './image-credential-reverification.ts';

type Reading = {
  readonly causeId: string;
  readonly title: string;
  readonly says: (registry: string) => string;
};

/** Failures between node and registry, told by the runtime's text alone; no object can confirm them. */
const READINGS: Readonly<Partial<Record<PullClass, Reading>>> = {
  runtime: {
    causeId: 'node-runtime-unhealthy',
    title: 'The container runtime does not answer',
    says: () => 'The kubelet does not reach the container runtime of its node, so no image can be pulled.',
  },
  'never-pull': {
    causeId: 'image-never-pull-absent',
    title: 'Image is not on the node, pull is off',
    says: () => 'The image is not on the node, and imagePullPolicy Never forbids to pull it.',
  },
  iam: {
    causeId: 'registry-iam-permission-denied',
    title: 'The node may not pull the image',
    says: (registry) => `${registry} knows who asks, and that identity lacks the right to pull.`,
  },
  qps: {
    causeId: 'image-pull-qps-exceeded',
    title: 'Kubelet limits its own pulls',
    says: () => 'The kubelet pulls too many images at once and delays this one.',
  },
  'plain-http': {
    causeId: 'registry-plain-http',
    title: 'Registry speaks HTTP, not HTTPS',
    says: (registry) => `${registry} answers in plain HTTP; the node expects HTTPS.`,
  },
  proxy: {
    causeId: 'registry-proxy-misconfigured',
    title: 'Proxy between node and registry fails',
    says: (registry) => `The node's proxy does not let it reach ${registry}.`,
  },
  tls: {
    causeId: 'registry-tls-untrusted',
    title: 'Registry certificate is not trusted',
    says: (registry) => `The node does not accept the TLS certificate of ${registry}.`,
  },
  refused: {
    causeId: 'registry-connection-refused',
    title: 'Registry refuses the connection',
    says: (registry) => `The connection to ${registry} is refused.`,
  },
  disk: {
    causeId: 'node-disk-full-on-pull',
    title: 'No disk space for the image',
    says: () => 'The node has no disk space left to unpack the image.',
  },
  'token-expired': {
    causeId: 'registry-token-expired',
    title: 'Registry token has expired',
    says: (registry) => `${registry} says that the token has expired.`,
  },
  'server-error': {
    causeId: 'registry-server-error',
    title: 'Registry answers with an error',
    says: (registry) => `${registry} answers with a server error.`,
  },
  signature: {
    causeId: 'image-signature-rejected',
    title: 'Image signature is not accepted',
    says: () => "The node's policy demands a signature, and the image has none it accepts.",
  },
  'manifest-format': {
    causeId: 'image-manifest-unsupported',
    title: 'Image format is too old',
    says: () => "The image's manifest has a format the runtime no longer reads; push it again.",
  },
  corrupt: {
    causeId: 'image-layer-corrupt',
    title: 'Image layers arrive broken',
    says: (registry) => `Layers from ${registry} arrive broken.`,
  },
  'short-name': {
    causeId: 'image-short-name-ambiguous',
    title: 'Image name lacks its registry',
    says: () => 'The node does not know which registry the short image name means.',
  },
  unreachable: {
    causeId: 'registry-unreachable',
    title: 'Node cannot reach the registry',
    says: (registry) => `The node cannot reach ${registry}.`,
  },
  inspect: {
    causeId: 'image-inspect-error',
    title: 'The node cannot read its own image',
    says: () => 'The container runtime of the node cannot tell what is in the image it holds.',
  },
  'no-progress': {
    causeId: 'image-pull-no-progress-timeout',
    title: 'The pull stands still',
    says: (registry) => `The pull from ${registry} made no progress, so the runtime gave it up.`,
  },
  timeout: {
    causeId: 'image-pull-timeout',
    title: 'Pull takes too long',
    says: (registry) => `The pull from ${registry} did not end in time.`,
  },
};

export const pullFailureByText: ContainerRule = (input) => {
  const failure = pullFailure(input);
  const reading = failure?.class && READINGS[failure.class];
  if (!failure || !reading) return undefined;
  const registry = parseImageReference(input.container.spec.image)?.registry ?? 'the registry';
  // Since 1.35 the same words also mean that the image is there and the pod may not use it: then somebody else pulled it. An
  // image without a registry in its name was most likely built by hand, and nobody pulls it.
  const { image } = input.container.spec;
  const mayBeThere = failure.class === 'never-pull' && verifiesPulledImages(input);
  const namesRegistry = registry !== 'docker.io' || image.startsWith('docker.io/');
  const isUnsure = mayBeThere && (namesRegistry || input.runningImages.includes(image));
  return finding({
    causeId: reading.causeId,
    certainty: isUnsure ? 'possible' : 'likely',
    title: reading.title,
    sentence: reading.says(registry),
    raw: failure.text,
    container: input.container.spec.name,
    evidence: failure.evidence,
    candidates: mayBeThere ? [MAY_NOT] : [],
  });
};

const MAY_NOT = {
  causeId: 'image-credential-reverification',
  sentence: 'The image may be there, pulled for another pod with a Secret this one does not have.',
  check: 'List the images of the node; name the pull Secret of the other pod.',
};
