import { fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { PodRule } from '#lib/diagnosis/rule.ts';
import { clip } from '#lib/diagnosis/wording.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

/** Words the kubelet puts into `status.reason` when it refuses a pod that was bound to its node. */
const REJECTED =
  /^(?:PodFits\w{1,40}|MatchNodeSelector|GeneralPredicates|NodeAffinity|NodeName|NodePorts|TaintToleration|UnexpectedAdmissionError|UnexpectedPredicateFailureType|OutOf[a-z][\w./-]{0,100}|SysctlForbidden|Topology ?Affinity ?Error|SMTAlignmentError|PodFeatureUnsupported|PodLevelResourcesNotSupported|PodOSNotSupported|PodOSSelectorNodeLabelDoesNotMatch|InitContainerRestartPolicyForbidden|SupplementalGroupsPolicyNotSupported|InvalidNodeInfo)$/;
/** How newer kubelets begin every refusal, whatever its reason is called. */
const SAYS_REJECTED = /^Pod was rejected: /;
/** `Shutdown` is the word of 1.20, for pods that ran and for those it no longer took. */
const SHUT_DOWN = /^(?:NodeShutdown|Shutdown|Terminated)$/;

/**
 * The node refused the pod or ended it; such a pod never comes back, its controller makes another.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/lifecycle/predicate.go
 */
export const podEndedByNode: PodRule = ({ pod, owner }) => {
  const armor = pod && profileRefusal(pod);
  if (armor) return armor;
  if (pod?.phase !== 'Failed' || !pod.reason) return undefined;
  const text = clip(pod.message ?? pod.reason);
  const said = reading({ reason: pod.reason, text, node: pod.nodeName ?? 'The node' });
  if (!said) return undefined;
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

/**
 * The kubelet looks at the AppArmor profile before it starts anything. Until 1.21 it did not fail the pod for that: it left it
 * pending, its containers `Blocked`.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kubelet.go (canRunPod)
 */
function profileRefusal({ reason, message, nodeName }: Pod) {
  if (reason !== 'AppArmor' && !/^Cannot enforce AppArmor/.test(message ?? '')) return undefined;
  const text = clip(message ?? 'AppArmor');
  const node = nodeName ?? 'The node';
  const profile = /profile "([^"]{1,200})" is not loaded/.exec(text)?.[1];
  return finding({
    causeId: 'apparmor-profile-missing',
    certainty: 'proven',
    title: [`AppArmor: ${profile ?? ''} is not loaded`, 'Node cannot enforce its AppArmor profile'],
    sentence: profile
      ? `${node} does not have the AppArmor profile ${profile}, so it refuses the pod.`
      : `${node} cannot enforce the AppArmor profile the pod asks for, so it refuses the pod.`,
    raw: text,
    evidence: [fieldEvidence('status.reason', reason ?? ''), fieldEvidence('status.message', text)],
    remedies: [
      {
        title: 'Load the profile on the node, or select nodes that have it',
        commands: ['kubectl get nodes'],
      },
    ],
  });
}

type Refusal = { readonly reason: string; readonly text: string; readonly node: string };

function reading({ reason, text, node }: Refusal) {
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
  // Last: some of the words above begin their message the same way.
  if (!SAYS_REJECTED.test(text)) return undefined;
  return {
    causeId: 'kubelet-admission-rejected',
    title: [`The node refused the pod: ${reason}`, 'The node refused the pod'] as [string, string],
    sentence: `${node} refused the pod after the scheduler had chosen it.`,
  };
}
