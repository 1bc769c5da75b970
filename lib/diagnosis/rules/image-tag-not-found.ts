import { changeEvidence, changesOf } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { parseImageReference, repositoryOf } from '#lib/rollout/image-reference.ts';
import { knownTags } from '#lib/diagnosis/known-images.ts';
import { nearMiss } from '#lib/diagnosis/near-miss.ts';
import { isThroughCache } from '#lib/diagnosis/pull-origin.ts';
import { pullFailure } from '#lib/diagnosis/pull-failure.ts';
import { lastGoodImage, rollbackRemedy, setImageRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';

/**
 * The registry answers "not found" for the manifest. That the repository exists is known when some pod, or the
 * last good revision, uses it with another tag; without that the repository itself may be missing.
 */
export const imageTagNotFound: ContainerRule = (input) => {
  const { container } = input;
  const failure = pullFailure(input);
  if (failure?.class !== 'not-found' && failure?.class !== 'manifest-unknown') return undefined;
  const { image } = container.spec;
  const reference = parseImageReference(image);
  if (!reference) return undefined;
  const repository = repositoryOf(reference);
  const version = reference.digest ?? reference.tag ?? 'latest';
  const what = reference.digest ? 'digest' : 'tag';
  const tags = knownTags(input, reference);
  const meant = nearMiss(version, tags);
  const previous = lastGoodImage(input, container);
  const suggested = meant ? image.replace(version, () => meant) : previous;
  return finding({
    causeId: 'image-tag-not-found',
    certainty: tags.length > 0 ? 'likely' : 'possible',
    title: [
      `${what === 'tag' ? 'Tag' : 'Digest'} ${version} is not in the registry`,
      `Tag ${version} is missing`,
      `Image ${what} is not in the registry`,
    ],
    sentence: `The ${what} ${version} is not in ${repository}${meant ? `; ${meant} is` : ''}.`,
    raw: failure.text,
    container: container.spec.name,
    evidence: [
      ...failure.evidence,
      ...changesOf(input, 'image').map(changeEvidence),
      ...(tags.length > 0
        ? [
            {
              kind: 'object' as const,
              text: `${repository} is in use here with ${tags.slice(0, 5).join(', ')}`,
            },
          ]
        : []),
    ],
    candidates:
      tags.length > 0
        ? []
        : [
            {
              causeId: 'image-repository-not-found',
              sentence: `The repository ${repository} may not exist.`,
              check: `List the tags of ${repository} in the registry.`,
            },
            ...(isThroughCache(reference) ? [CACHE] : []),
          ],
    remedies: [
      ...rollbackRemedy(input),
      ...setImageRemedy(input, container, suggested),
      {
        title: `Push ${image}`,
        detail: 'The kubelet tries again by itself within 5 min 15 s.',
        commands: [],
      },
    ],
  });
};

const CACHE = {
  causeId: 'registry-mirror-broken',
  sentence: 'The registry only passes on what another one has, and may fail to fetch it.',
  check: 'Look for the tag in the registry behind the cache.',
};
