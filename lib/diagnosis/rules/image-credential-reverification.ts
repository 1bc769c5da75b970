import type { ContainerInput } from '#lib/diagnosis/diagnosis-input.ts';
import { fieldEvidence, specPath } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { AUTH_CLASSES, pullFailure } from '#lib/diagnosis/pull-failure.ts';
import { pullSecrets } from '#lib/diagnosis/pull-secrets.ts';
import { createPullSecretCommand } from '#lib/diagnosis/pull-secret-command.ts';
import { commandRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { parseImageReference } from '#lib/rollout/image-reference.ts';

/** First kubelet that asks by default whether a pod may use what another one pulled (KubeletEnsureSecretPulledImages). */
const SINCE_MINOR = 35;

/** The node's kubelet verifies credentials of images it has; unknown versions are taken for older ones. */
export function verifiesPulledImages({ pod, nodes }: Pick<ContainerInput, 'pod' | 'nodes'>): boolean {
  const version = nodes.find(({ meta }) => meta.name === pod.nodeName)?.kubeletVersion ?? '';
  const [, major, minor] = /^v?(\d{1,3})\.(\d{1,3})/.exec(version) ?? [];
  return Number(major) > 1 || (Number(major) === 1 && Number(minor) >= SINCE_MINOR);
}

/**
 * The image is on the node, pulled for another pod with a Secret this one does not have: since 1.35 it has to prove that
 * it may use it. With policy Never that reads as if the image were absent.
 * https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/2535-ensure-secret-pulled-images
 */
export const imageCredentialReverification: ContainerRule = (input) => {
  const { container, imagesOnNode = [] } = input;
  const failure = pullFailure(input);
  const reference = parseImageReference(container.spec.image);
  if (!failure?.class || !reference || !verifiesPulledImages(input)) return undefined;
  const isNever = failure.class === 'never-pull';
  const isRefused = AUTH_CLASSES.has(failure.class) && container.spec.imagePullPolicy === 'IfNotPresent';
  if (!(isNever || isRefused) || !imagesOnNode.includes(container.spec.image)) return undefined;
  if ((pullSecrets(input)?.matching.length ?? 0) > 0) return undefined;
  const node = input.pod.nodeName ?? 'the node';
  const { namespace } = input.owner;
  return finding({
    causeId: 'image-credential-reverification',
    certainty: 'likely',
    title: ['Image is there, the pod may not use it', 'The pod may not use the image'],
    sentence: `Another pod runs ${container.spec.image} on ${node}; this one brings no credentials for it, and the kubelet lets nobody use an image without them.`,
    raw: failure.text,
    container: container.spec.name,
    evidence: [
      { kind: 'object', text: `${container.spec.image} runs on ${node}`, path: `nodes/${node}` },
      fieldEvidence(specPath(container, 'imagePullPolicy'), container.spec.imagePullPolicy),
      fieldEvidence('spec.imagePullSecrets', input.pod.template.imagePullSecrets.join(', ') || 'none'),
      ...failure.evidence,
    ],
    candidates: isNever
      ? [
          {
            causeId: 'image-never-pull-absent',
            sentence: 'The image may have been removed from the node since.',
            check: `List the images of ${node}.`,
          },
        ]
      : [],
    remedies: [
      commandRemedy(
        `Give the pod a pull Secret for ${reference.registry}`,
        [createPullSecretCommand(namespace, 'registry', reference)],
        'Name it in imagePullSecrets of the template or of the ServiceAccount; then create the pods again.',
      ),
    ],
  });
};
