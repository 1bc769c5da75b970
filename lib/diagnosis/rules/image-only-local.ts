import { changeEvidence, changesOf, fieldEvidence, specPath } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { isRepositoryKnown, meantRepository } from '#lib/diagnosis/known-images.ts';
import { isLocalCluster } from '#lib/diagnosis/pull-origin.ts';
import { AUTH_CLASSES, pullFailure } from '#lib/diagnosis/pull-failure.ts';
import { commandRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { parseImageReference } from '#lib/rollout/image-reference.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

/**
 * An image somebody built and never pushed: its name has no registry, so the node asks Docker Hub, which does not have it.
 * On clusters of a developer's machine that is what such a name means; elsewhere other rules name it as a candidate.
 */
export const imageOnlyLocal: ContainerRule = (input) => {
  const { container } = input;
  const failure = pullFailure(input);
  const { image, imagePullPolicy } = container.spec;
  const reference = parseImageReference(image);
  if (!failure?.class || reference?.registry !== 'docker.io' || image.startsWith('docker.io/'))
    return undefined;
  const isAbsent =
    AUTH_CLASSES.has(failure.class) ||
    failure.class === 'not-found' ||
    failure.class === 'manifest-unknown' ||
    failure.class === 'name-unknown';
  if (!isAbsent || !isLocalCluster(input)) return undefined;
  if (isRepositoryKnown(input, reference) || meantRepository(input, reference)) return undefined;
  // "name" without a user is Docker's own namespace: what is refused there does not exist.
  const isBare = reference.path.startsWith('library/');
  const moves =
    imagePullPolicy === 'Always' ? '; imagePullPolicy Always also passes over a loaded image' : '';
  return finding({
    causeId: 'image-only-local',
    certainty: isBare ? 'likely' : 'possible',
    title: [`${image} was never pushed`, 'The image is in no registry'],
    sentence: `${image} names no registry and Docker Hub does not have it: it was probably built on this machine and not loaded into the cluster${moves}.`,
    raw: failure.text,
    container: container.spec.name,
    evidence: [
      fieldEvidence(specPath(container, 'image'), image),
      fieldEvidence(specPath(container, 'imagePullPolicy'), imagePullPolicy),
      ...failure.evidence,
      ...changesOf(input, 'image').map(changeEvidence),
    ],
    candidates: [
      {
        causeId: 'image-repository-not-found',
        sentence: `${image} may be misspelled, or lack the host of its registry.`,
        check: `Look for ${image} in the images of this machine.`,
      },
      ...(isBare
        ? []
        : [
            {
              causeId: 'pull-secret-absent',
              sentence: 'It may be a private repository of Docker Hub.',
              check: `Look for ${reference.path} on Docker Hub with an account.`,
            },
          ]),
    ],
    remedies: [
      commandRemedy(
        'Load the image into the cluster',
        [`kind load docker-image ${shellWord(image)}`, `minikube image load ${shellWord(image)}`],
        'With a tag other than latest and imagePullPolicy IfNotPresent; picked up within 5 min 15 s.',
      ),
    ],
  });
};
