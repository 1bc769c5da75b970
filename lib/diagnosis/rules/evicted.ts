import { eventEvidence, fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import type { PodRule } from '#lib/diagnosis/rule.ts';
import { clip } from '#lib/diagnosis/wording.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

const OWN_LIMIT = /exceeded its local ephemeral|exceeds the total limit|Usage of EmptyDir/;
const NODE_PRESSURE =
  /The node was low on resource: ([a-z0-9./-]{1,100})|The node had condition: \[(\w{1,100})/;

/** The node ended the pod. The victim of node pressure need not be the culprit. */
export const evicted: PodRule = ({ pod, events }) => {
  if (pod?.phase !== 'Failed' || pod.reason !== 'Evicted') return undefined;
  const text = clip(pod.message ?? '');
  const pressure = NODE_PRESSURE.exec(text);
  const own = OWN_LIMIT.test(text);
  if (!pressure && !own) return undefined;
  const resource = pressure?.[1] ?? pressure?.[2] ?? 'ephemeral-storage';
  const node = pod.nodeName ?? 'the node';
  return finding({
    causeId: own ? 'evicted-pod-ephemeral-limit' : 'evicted-node-pressure',
    certainty: 'proven',
    title: own
      ? 'Evicted: over its own disk limit'
      : [`Evicted: node low on ${resource}`, 'Evicted: the node ran low'],
    sentence: own
      ? 'The pod used more ephemeral storage than its own limit and was evicted.'
      : `${node} was low on ${resource} and evicted the pod; another pod may be the one that filled it.`,
    raw: text,
    evidence: [
      fieldEvidence('status.message', text),
      // Daemon pods tolerate pressure: they come back to the same node and are evicted again.
      ...events.filter(({ reason }) => reason === 'FailedDaemonPod').map(eventEvidence),
    ],
    remedies: [{ title: 'Look at the node', commands: [`kubectl describe node ${shellWord(node)}`] }],
  });
};
