import { fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import type { PodRule } from '#lib/diagnosis/rule.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

/** The node does not report: everything the pod shows is old, so this comes before any container. */
export const nodeKubeletStopped: PodRule = ({ pod, nodes }) => {
  const node = nodes.find(({ meta }) => pod?.nodeName !== undefined && meta.name === pod.nodeName);
  const ready = node?.conditions.find(({ type }) => type === 'Ready');
  if (!node || !ready || ready.status !== 'Unknown') return undefined;
  const { name } = node.meta;
  return finding({
    causeId: 'node-kubelet-stopped',
    certainty: 'proven',
    title: [`Node ${name} does not report`, 'The node does not report'],
    sentence: `The kubelet of ${name} stopped reporting; what this pod shows is old.`,
    raw: ready.message,
    evidence: [
      {
        ...fieldEvidence(
          `nodes/${name} status.conditions[Ready]`,
          `Unknown, ${ready.reason}: ${ready.message}`,
        ),
        ...(ready.lastTransitionAt === undefined ? {} : { at: ready.lastTransitionAt }),
      },
    ],
    remedies: [{ title: 'Look at the node', commands: [`kubectl describe node ${shellWord(name)}`] }],
  });
};
