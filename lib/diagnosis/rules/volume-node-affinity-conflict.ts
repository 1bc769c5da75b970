import { admittedNodes, isCordonedFor, untolerated } from '#lib/diagnosis/admitted-nodes.ts';
import { claimWords } from '#lib/diagnosis/claim-remedies.ts';
import type { DiagnosisInput } from '#lib/diagnosis/diagnosis-input.ts';
import { fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { podClaims, uncheckedClaim } from '#lib/diagnosis/pod-claims.ts';
import { commandRemedy } from '#lib/diagnosis/remedies.ts';
import type { PodRule } from '#lib/diagnosis/rule.ts';
import { schedulingVerdict } from '#lib/diagnosis/scheduling-verdict.ts';
import { listText } from '#lib/diagnosis/wording.ts';
import type { PersistentVolume } from '#lib/model/storage.ts';
import { nodeTermsText } from '#lib/rollout/node-terms-text.ts';

/** The pod's volume is where the pod may not or cannot run: another zone, or the disk of a node that is gone. */
export const volumeNodeAffinityConflict: PodRule = (input) => {
  const verdict = schedulingVerdict(input);
  if (!input.pod || verdict?.causeId !== 'volume-node-affinity-conflict') return undefined;
  const bound = boundVolumes(input);
  const pinned = bound.find(
    ({ volume }) => volume.nodeTerms.length > 0 && reachable(input, volume).length === 0,
  );
  const [other] = bound.filter(({ volume }) => volume.nodeTerms.length > 0);
  const { claim, volume } = pinned ?? other ?? {};
  const unread = podClaims(input).filter(({ lookup }) => lookup.state === 'unchecked');
  const where = volume ? nodeTermsText(volume.nodeTerms) : '';
  return finding({
    causeId: verdict.causeId,
    certainty: pinned && input.nodes.length > 0 ? 'proven' : 'likely',
    title: ['The volume is out of reach', 'No node reaches the volume'],
    sentence:
      claim && volume
        ? `Claim ${claim} is on volume ${volume.name}, reached only from nodes with ${where}; ${whoIsThere(input, volume)}.`
        : verdict.sentence,
    raw: verdict.raw,
    evidence: [
      ...(volume
        ? [
            fieldEvidence(
              `persistentvolumes/${volume.name} spec.nodeAffinity`,
              `Volume ${volume.name}: ${where}`,
            ),
          ]
        : []),
      ...(claim && volume
        ? [
            fieldEvidence(
              `persistentvolumeclaims/${claim} spec.volumeName`,
              `Claim ${claim} is bound to ${volume.name}`,
            ),
          ]
        : []),
      ...verdict.evidence,
    ],
    unchecked: unread.flatMap(({ name }) => uncheckedClaim(name, input.owner.namespace)),
    remedies: [
      commandRemedy(
        volume ? `Bring a node with ${where}` : 'Compare the volume with the nodes',
        [
          ...(volume ? [`kubectl get persistentvolume ${volume.name} -o yaml`] : []),
          'kubectl get nodes --label-columns=topology.kubernetes.io/zone',
          ...(claim
            ? [`kubectl describe ${claimWords({ namespace: input.owner.namespace, name: claim })}`]
            : []),
        ],
        'A disk stays where it was made: the pod has to come to it. A StorageClass with WaitForFirstConsumer makes new ones where the pod runs.',
      ),
    ],
  });
};

function boundVolumes(input: DiagnosisInput): readonly { claim: string; volume: PersistentVolume }[] {
  return podClaims(input).flatMap(({ name, lookup }) => {
    const volumeName = lookup.state === 'exists' ? lookup.value.volumeName : undefined;
    const volume = volumeName === undefined ? undefined : input.references.namedVolumes?.get(volumeName);
    return volume?.state === 'exists' ? [{ claim: name, volume: volume.value }] : [];
  });
}

/** Nodes the pod's own selector admits and the volume can be reached from. */
const reachable = ({ pod, nodes }: DiagnosisInput, { nodeTerms }: PersistentVolume) =>
  admittedNodes({ nodeSelector: {}, nodeTerms }, pod ? admittedNodes(pod.template, nodes) : nodes);

function whoIsThere(input: DiagnosisInput, volume: PersistentVolume): string {
  const { pod, nodes } = input;
  const there = admittedNodes({ nodeSelector: {}, nodeTerms: volume.nodeTerms }, nodes);
  if (nodes.length === 0) return 'which nodes that is could not be checked';
  if (there.length === 0) return 'there is none';
  const names = listText(there.map(({ meta }) => meta.name).slice(0, 3));
  if (!pod || reachable(input, volume).length === 0) return `the pod's own selector excludes ${names}`;
  const open = there.filter(
    (node) => !isCordonedFor(pod.template, node) && untolerated(pod.template, node).length === 0,
  );
  return open.length === 0
    ? `${names} take${there.length === 1 ? 's' : ''} no such pod`
    : `${names} cannot take it now`;
}
