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
  const architecture = node?.architecture === '' ? undefined : node?.architecture;
  // docker and CRI-O name the platform, which on Windows is a build: there the architecture alone would say nothing.
  const named = namedPlatform(failure.text);
  const where =
    named ??
    (node && architecture
      ? `${architecture}, the architecture of node ${node.meta.name}`
      : "the node's architecture");
  return finding({
    causeId: 'image-platform-mismatch',
    certainty: architecture === undefined ? 'likely' : 'proven',
    title: [
      `Image has no ${named ?? architecture ?? 'matching'} variant`,
      'Image lacks the platform of the node',
    ],
    sentence: `${container.spec.image} has no variant for ${where}.`,
    raw: failure.text,
    container: container.spec.name,
    evidence: [
      ...failure.evidence,
      ...(node && architecture
        ? [fieldEvidence(`nodes/${node.meta.name} status.nodeInfo.architecture`, architecture)]
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

/** "windows/amd64 10.0.17763", "arm64": the platform the runtime says it looked for. */
function namedPlatform(text: string): string | undefined {
  const [, docker] = /no matching manifest for ((?:[a-z]+\/[\w/]+)(?: \d[\d.]+)?)/.exec(text) ?? [];
  const [, crio] = /for architecture "?([\w]{2,20})/.exec(text) ?? [];
  return docker ?? crio;
}
