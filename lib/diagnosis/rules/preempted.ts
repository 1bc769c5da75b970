import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { Pod } from '#lib/model/pod.ts';
import { eventEvidence, fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import type { PodRule } from '#lib/diagnosis/rule.ts';
import { schedulingVerdict } from '#lib/diagnosis/scheduling-verdict.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

/** A controller replaces a pod as soon as it is marked for deletion. */
const REPLACED_WITHIN_MS = 60_000;
/** What a victim gives up and its replacement asks for again. */
const ROOM = /^(?:insufficient-.+|too-many-pods|host-port-conflict)$/;
/** With the uid of the more important pod since 1.27, before with `namespace/name`. */
const WORDS = /^Preempted by (?:a pod|(?:pod )?(\S+)) on node (\S{1,253})$/;

/**
 * The pod replaces one that the scheduler ended for another of higher priority. That there is no room is true, but the
 * workload had room: who took it is what changed.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/scheduler/framework/preemption/preemption.go
 */
export const preempted: PodRule = (input) => {
  const { pod, events } = input;
  const verdict = schedulingVerdict(input);
  if (!pod || !verdict || !ROOM.test(verdict.causeId)) return undefined;
  const event = events.find((each) => isOfVictim(each, pod));
  if (!event) return undefined;
  const [, by = '', node] = WORDS.exec(event.message) ?? [];
  const who = by.includes('/') ? by : 'a pod of higher priority';
  return finding({
    causeId: 'preempted',
    certainty: 'likely',
    title: 'Made room for a more important pod',
    sentence: `The scheduler ended ${event.regarding.name}${node ? ` on ${node}` : ''} to make room for ${who}. Its replacement waits: ${verdict.sentence.replace(/^No node fits: /, 'no node fits, ')}`,
    raw: verdict.raw,
    evidence: [
      eventEvidence(event),
      fieldEvidence('metadata.creationTimestamp', 'Made when the other was ended'),
      ...verdict.evidence,
    ],
    remedies: [
      ...(node
        ? [
            {
              title: 'See who has the room now',
              commands: [
                `kubectl get pods -A --field-selector spec.nodeName=${shellWord(node)} -o custom-columns=NAMESPACE:.metadata.namespace,NAME:.metadata.name,PRIORITY:.spec.priority,CLASS:.spec.priorityClassName`,
              ],
            },
          ]
        : []),
      {
        title: 'Add a node, or give it a priority class',
        commands: ['kubectl get priorityclasses'],
      },
    ],
  });
};

/** Pods of one ReplicaSet or Job differ in their last part; those of a StatefulSet keep their names. */
function isOfVictim({ reason, regarding, lastAt }: KubeEvent, { meta }: Pod): boolean {
  if (reason !== 'Preempted' || regarding.uid === meta.uid || regarding.namespace !== meta.namespace)
    return false;
  const isReplaced =
    regarding.name === meta.name ||
    (meta.owner?.kind !== 'StatefulSet' && stem(regarding.name) === stem(meta.name));
  return isReplaced && Math.abs(meta.createdAt - lastAt) <= REPLACED_WITHIN_MS;
}

const stem = (name: string): string => name.slice(0, name.lastIndexOf('-') + 1);
