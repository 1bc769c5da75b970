import { specPath, fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { invalidImageClause, parseImageReference } from '#lib/rollout/image-reference.ts';
import { pullFailure } from '#lib/diagnosis/pull-failure.ts';
import { lastGoodImage, rollbackRemedy, setImageRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';

/** The kubelet refuses the text before it asks any registry. No back-off: tried again at every sync. */
export const imageNameInvalid: ContainerRule = (input) => {
  const { container } = input;
  const failure = pullFailure(input);
  if (failure?.class !== 'name-invalid') return undefined;
  const { image } = container.spec;
  const clause = parseImageReference(image) ? undefined : invalidImageClause(image);
  return finding({
    causeId: 'image-name-invalid',
    certainty: 'proven',
    title: ['Image name is not valid'],
    sentence: `"${image}" is not an image name${clause ? `: ${clause}` : ''}.`,
    raw: failure.text,
    container: container.spec.name,
    evidence: [...failure.evidence, fieldEvidence(specPath(container, 'image'), image)],
    remedies: [
      ...rollbackRemedy(input),
      ...setImageRemedy(input, container, lastGoodImage(input, container)),
    ],
  });
};
