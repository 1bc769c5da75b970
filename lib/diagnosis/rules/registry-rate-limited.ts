import { finding } from '#lib/diagnosis/finding.ts';
import { parseImageReference } from '#lib/rollout/image-reference.ts';
import { pullFailure } from '#lib/diagnosis/pull-failure.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';

export const registryRateLimited: ContainerRule = (input) => {
  const { container } = input;
  const failure = pullFailure(input);
  if (failure?.class !== 'rate-limit') return undefined;
  const registry = parseImageReference(container.spec.image)?.registry ?? 'The registry';
  return finding({
    causeId: 'registry-rate-limited',
    certainty: 'proven',
    title: [`${registry} limits our pulls`, 'Registry limits our pulls'],
    sentence: `${registry} answers "too many requests": the pull limit of this address or account is used up.`,
    raw: failure.text,
    container: container.spec.name,
    evidence: failure.evidence,
    remedies: [
      {
        title: 'Wait: the kubelet tries again by itself',
        detail: 'The window of Docker Hub is counted in hours.',
        commands: [],
      },
      { title: 'Pull with an account, or through a mirror or cache', commands: [] },
    ],
  });
};
