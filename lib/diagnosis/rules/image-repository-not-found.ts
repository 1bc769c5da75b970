import { changeEvidence, changesOf } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { parseImageReference, repositoryOf } from '#lib/rollout/image-reference.ts';
import { isRepositoryKnown, meantRepository } from '#lib/diagnosis/known-images.ts';
import { AUTH_CLASSES, pullFailure } from '#lib/diagnosis/pull-failure.ts';
import { lastGoodImage, rollbackRemedy, setImageRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';

/**
 * Registries answer "denied" for a repository that does not exist. A name one or two letters away from one in
 * use (or from an official one) makes a typing error the first suspect; without such a name other rules decide.
 */
export const imageRepositoryNotFound: ContainerRule = (input) => {
  const { container } = input;
  const failure = pullFailure(input);
  if (!failure?.class) return undefined;
  const ambiguous =
    AUTH_CLASSES.has(failure.class) ||
    failure.class === 'not-found' ||
    failure.class === 'manifest-unknown' ||
    failure.class === 'name-unknown';
  const reference = parseImageReference(container.spec.image);
  if (!ambiguous || !reference || isRepositoryKnown(input, reference)) return undefined;
  const meant = meantRepository(input, reference);
  // Docker's own namespace holds public images only: refused there means absent.
  const isOfficial = reference.registry === 'docker.io' && reference.path.startsWith('library/');
  const isSaid = failure.class === 'name-unknown' || (isOfficial && failure.class === 'denied');
  if (!meant && !isSaid) return undefined;
  const repository = repositoryOf(reference);
  const previous = lastGoodImage(input, container);
  return finding({
    causeId: 'image-repository-not-found',
    certainty: 'likely',
    title: [`No repository ${reference.path}`, 'Image repository does not exist'],
    sentence: meant
      ? `${repository} does not seem to exist; ${meant} does.`
      : `${repository} does not exist in the registry.`,
    raw: failure.text,
    container: container.spec.name,
    evidence: [...failure.evidence, ...changesOf(input, 'image').map(changeEvidence)],
    candidates: [
      {
        causeId: 'pull-secret-absent',
        sentence: `${repository} may exist and be private.`,
        check: `Look for ${reference.path} on ${reference.registry} with an account.`,
      },
      ...(isOfficial && !container.spec.image.startsWith('docker.io/') ? [NEVER_PUSHED] : []),
    ],
    // The tag of the wrong name says nothing about the right one, so only the last good image is suggested whole.
    remedies: [...rollbackRemedy(input), ...setImageRemedy(input, container, previous)],
  });
};

const NEVER_PUSHED = {
  causeId: 'image-only-local',
  sentence: 'It may have been built on one machine and never pushed.',
  check: 'Ask who built it; look at the images of the nodes.',
};
