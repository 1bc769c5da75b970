import { fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { pullFailure } from '#lib/diagnosis/pull-failure.ts';
import { lastGoodImage, rollbackRemedy, setImageRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';

/** The text ends in "not found", so it must be told before a missing tag. */
export const imagePlatformMismatch: ContainerRule = (input) => {
  const { container, pod, nodes } = input;
  const failure = pullFailure(input);
  if (failure?.class !== 'platform') return undefined;
  const node = nodes.find(({ meta }) => meta.name === pod.nodeName);
  const where = node
    ? `${node.architecture}, the architecture of node ${node.meta.name}`
    : "the node's architecture";
  return finding({
    causeId: 'image-platform-mismatch',
    certainty: 'proven',
    title: [`Image has no ${node?.architecture ?? 'matching'} variant`, 'Image lacks this architecture'],
    sentence: `${container.spec.image} has no variant for ${where}.`,
    raw: failure.text,
    container: container.spec.name,
    evidence: [
      ...failure.evidence,
      ...(node
        ? [fieldEvidence(`nodes/${node.meta.name} status.nodeInfo.architecture`, node.architecture)]
        : []),
    ],
    remedies: [
      ...rollbackRemedy(input),
      ...setImageRemedy(input, container, lastGoodImage(input, container)),
      {
        title: 'Build the image for this architecture, or select nodes of another one',
        commands: ['kubectl get nodes -L kubernetes.io/arch'],
      },
    ],
  });
};
