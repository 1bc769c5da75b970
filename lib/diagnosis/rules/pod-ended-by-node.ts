import { fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import type { PodRule } from '#lib/diagnosis/rule.ts';
import { clip } from '#lib/diagnosis/wording.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

/** Words the kubelet puts into `status.reason` when it refuses a pod that was bound to its node. */
const REJECTED =
  /^(?:PodFits\w{1,40}|MatchNodeSelector|GeneralPredicates|NodeAffinity|NodeName|NodePorts|TaintToleration|UnexpectedAdmissionError|OutOf[a-z][\w./-]{0,100}|AppArmor|SysctlForbidden|PodFeatureUnsupported|InvalidNodeInfo)$/;
const SHUT_DOWN = /^(?:NodeShutdown|Terminated)$/;

/**
 * The node refused the pod or ended it; such a pod never comes back, its controller makes another.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/lifecycle/predicate.go
 */
export const podEndedByNode: PodRule = ({ pod, owner }) => {
  if (pod?.phase !== 'Failed' || !pod.reason) return undefined;
  const said = reading(pod.reason, pod.nodeName ?? 'The node');
  if (!said) return undefined;
  const text = clip(pod.message ?? pod.reason);
  return finding({
    ...said,
    certainty: 'proven',
    raw: text,
    evidence: [fieldEvidence('status.reason', pod.reason), fieldEvidence('status.message', text)],
    remedies: [
      {
        title: 'Delete the pod that is over',
        detail:
          owner.kind === 'Pod'
            ? 'Nothing makes another one.'
            : 'Its controller has made another one already.',
        commands: [`kubectl delete pod ${shellWord(pod.meta.name)} -n ${shellWord(pod.meta.namespace)}`],
      },
    ],
  });
};

function reading(reason: string, node: string) {
  if (REJECTED.test(reason)) {
    return {
      causeId: 'kubelet-admission-rejected',
      title: [`The node refused the pod: ${reason}`, 'The node refused the pod'] as [string, string],
      sentence: `${node} refused the pod after the scheduler had chosen it.`,
    };
  }
  if (SHUT_DOWN.test(reason)) {
    return {
      causeId: 'node-shutdown',
      title: 'The node was shut down',
      sentence: `${node} was shut down and ended the pod.`,
    };
  }
  if (reason === 'Preempting') {
    return {
      causeId: 'preempted',
      title: 'Ended for a more important pod',
      sentence: `${node} ended the pod to make room for a critical one.`,
    };
  }
  if (reason === 'VolumeAttachmentLimitExceeded') {
    return {
      causeId: 'volume-count-exceeded',
      title: 'The node has too many volumes',
      sentence: `${node} cannot attach another volume and refused the pod.`,
    };
  }
  if (reason === 'DeadlineExceeded') {
    return {
      causeId: 'job-deadline-exceeded',
      title: 'Ran longer than its deadline',
      sentence: 'The pod ran longer than its activeDeadlineSeconds allow, and was ended.',
    };
  }
  return undefined;
}
