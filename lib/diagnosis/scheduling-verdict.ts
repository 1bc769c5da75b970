import type { Evidence } from '#lib/model/finding.ts';
import type { KubeNode } from '#lib/model/node.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { DiagnosisInput } from './diagnosis-input.ts';
import { eventEvidence, fieldEvidence } from './evidence.ts';
import { heldCandidates } from './held-candidates.ts';
import { parseSchedulingMessage, type SchedulingReason } from './scheduling-message.ts';
import { SCHEDULING_MEANINGS, type SchedulingMeaning } from './scheduling-meanings.ts';
import { listText } from './wording.ts';

export type SchedulingVerdict = {
  readonly causeId: string;
  readonly main: SchedulingReason;
  readonly nodes: number;
  /** The nodes it is about, where they tell: those the pod's selector admits and this keeps it off. */
  readonly held: readonly KubeNode[];
  /** False when the message names several reasons by design, and the nodes do not tell which one counts. */
  readonly isDecided: boolean;
  /** "No node fits: 3 lack memory, 2 are tainted gpu." */
  readonly sentence: string;
  readonly raw: string;
  readonly evidence: readonly Evidence[];
};

/**
 * Why no node takes the pod. The condition is read, not the event: it is complete and always current. Nodes
 * excluded by design (taints, selectors, cordons) are the cause only when they are all there is; then the nodes say which.
 */
export function schedulingVerdict(input: DiagnosisInput): SchedulingVerdict | undefined {
  const { pod, nodes } = input;
  const said = pod && schedulerWords(pod, input.events);
  const parsed = said && parseSchedulingMessage(said.message);
  if (!said || !parsed) return undefined;
  const read = parsed.reasons.map((reason) => ({
    reason,
    meaning: SCHEDULING_MEANINGS.find(({ pattern }) => pattern.test(reason.text)),
  }));
  const known = read.flatMap(({ reason, meaning }) => (meaning ? [{ reason, meaning }] : []));
  const placing = actionable(known, parsed.nodes);
  const unread = read.length - known.length;
  // A reason we cannot read may be the actionable one: then exclusions by design are not a verdict.
  if (placing.length === 0 && unread > 0) return undefined;
  const causes = known.map(({ meaning }) => meaning.causeId);
  const held = placing.length > 0 ? undefined : heldCandidates(pod.template, nodes, new Set(causes));
  const telling = held ? known.filter(({ meaning }) => meaning.causeId === held.causeId) : known;
  const [main] = (placing.length > 0 ? placing : telling).toSorted((a, b) => b.reason.count - a.reason.count);
  if (!main) return undefined;
  const phrases = read.map(
    ({ reason, meaning }) => meaning?.phrase(reason.count, reason.text) ?? `${reason.count} ${reason.text}`,
  );
  return {
    causeId: main.meaning.causeId,
    main: main.reason,
    nodes: parsed.nodes,
    held: held?.held ?? [],
    isDecided: placing.length > 0 || held !== undefined || new Set(causes).size === 1,
    sentence:
      held?.sentence ?? `No node fits: ${phrases.length > 3 ? phrases.join(', ') : listText(phrases)}.`,
    raw: said.message,
    evidence: [said.evidence],
  };
}

type Known = { readonly reason: SchedulingReason; readonly meaning: SchedulingMeaning };

/** What could be mended beside exclusions by design; nothing while those exclude every node and nothing else does. */
function actionable(known: readonly Known[], nodes: number): readonly Known[] {
  const placing = known.filter(({ meaning }) => !meaning.byDesign);
  const isEvery = ({ reason }: Known) => reason.count >= nodes;
  const isSettled = known.some((one) => one.meaning.byDesign && isEvery(one));
  return isSettled && !placing.some(isEvery) ? [] : placing;
}

type SchedulerWords = { readonly message: string; readonly evidence: Evidence };

/** Schedulers of others (Fargate's) may write no condition: then their newest event is all there is. */
function schedulerWords(pod: Pod, events: DiagnosisInput['events']): SchedulerWords | undefined {
  const condition = unschedulableCondition(pod);
  if (condition) {
    const text = `${condition.reason}: ${condition.message}`;
    return {
      message: condition.message,
      evidence: fieldEvidence('status.conditions[PodScheduled]', text),
    };
  }
  if (pod.nodeName || pod.conditions.some(({ type }) => type === 'PodScheduled')) return undefined;
  const [newest] = events
    .filter(({ reason, regarding }) => reason === 'FailedScheduling' && regarding.uid === pod.meta.uid)
    .toSorted((a, b) => b.lastAt - a.lastAt);
  return newest && { message: newest.message, evidence: eventEvidence(newest) };
}

/** `SchedulerError`: a plugin failed, so nobody knows whether a node fits. */
const NOT_PLACED: ReadonlySet<string> = new Set(['Unschedulable', 'SchedulerError']);

export function unschedulableCondition({ nodeName, conditions }: Pod) {
  if (nodeName) return undefined;
  return conditions.find(
    ({ type, status, reason }) => type === 'PodScheduled' && status === 'False' && NOT_PLACED.has(reason),
  );
}
