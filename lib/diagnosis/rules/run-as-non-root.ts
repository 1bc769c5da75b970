import { waitingEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { configErrorText } from './missing-reference.ts';

/** The kubelet refuses to start the container as root; the text is its own check, so it is proof. */
export const runAsNonRoot: ContainerRule = (input) => {
  const text = configErrorText(input);
  if (text === undefined) return undefined;
  const user = /non-numeric user \(([^)]{0,100})\)/.exec(text)?.[1];
  const asRoot = /runAsNonRoot and image will run as root|runAsUser breaks non-root/.test(text);
  if (user === undefined && !asRoot) return undefined;
  return finding({
    causeId: user === undefined ? 'run-as-non-root-root-image' : 'run-as-non-root-non-numeric-user',
    certainty: 'proven',
    title: user === undefined ? 'Image runs as root, which is forbidden' : ['Image user is not a number'],
    sentence:
      user === undefined
        ? `runAsNonRoot is set, and the image of ${input.container.spec.name} runs as root.`
        : `runAsNonRoot is set, and the image names its user ${user}: the kubelet cannot tell whether that is root.`,
    raw: text,
    container: input.container.spec.name,
    evidence: waitingEvidence(input.container),
    remedies: [
      ...rollbackRemedy(input),
      { title: 'Set securityContext.runAsUser to a number other than 0', commands: [] },
    ],
  });
};
