import type { Finding } from '#lib/model/finding.ts';
import type { ContainerInput, DiagnosisInput } from '#lib/diagnosis/diagnosis-input.ts';
import { eventEvidence, exitEvidence, fieldEvidence, waitingEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { logUnchecked } from '#lib/diagnosis/log-search.ts';
import { unschedulableCondition } from '#lib/diagnosis/scheduling-verdict.ts';
import { openCandidates, SETTING_UP } from '#lib/diagnosis/open-candidates.ts';
import { clip } from '#lib/diagnosis/wording.ts';
import { creationRefusal } from '#lib/diagnosis/creation-refusal.ts';

/** No rule explains this container: its state in Kubernetes' words, and the raw text. */
export function unknownContainer(input: ContainerInput): Finding {
  const { container } = input;
  const { state } = container.status;
  const word =
    state.kind === 'waiting'
      ? state.reason
      : state.kind === 'terminated'
        ? state.reason || 'terminated'
        : 'not ready';
  const { exit } = container;
  // That the kubelet waits before it tries again says nothing; the end it waits after may.
  const waits = state.kind === 'waiting' && state.reason === 'CrashLoopBackOff' && exit?.message;
  const raw = state.kind === 'running' ? undefined : waits || (state.message ?? exit?.message);
  return finding({
    causeId: 'unknown',
    certainty: 'unknown',
    title: [`${clip(word, 28)}, cause unknown`],
    sentence: `${container.spec.name} is ${clip(word, 80)}; no known cause fits.`,
    raw,
    container: container.spec.name,
    evidence: [...waitingEvidence(container), ...exitEvidence(container), ...newestWarning(input)],
    candidates: openCandidates(container.status, container.spec.readiness !== undefined),
    unchecked: logUnchecked(input),
  });
}

/** No rule explains the pod, or why there is none. */
export function unknownPod(input: DiagnosisInput): Finding {
  const { pod } = input;
  if (!pod) {
    const refusal = creationRefusal(input);
    return finding({
      causeId: 'unknown',
      certainty: 'unknown',
      title: refusal ? 'Pods cannot be created' : 'No pod, cause unknown',
      sentence: refusal
        ? `No pod of ${input.owner.name} can be created; the reason is not one we know.`
        : `${input.owner.name} has no pod to look at, and no event says why.`,
      raw: refusal?.text,
      evidence: refusal?.evidence ?? [],
    });
  }
  const condition = unschedulableCondition(pod);
  const word = pod.reason ?? condition?.reason ?? pod.phase;
  return finding({
    causeId: 'unknown',
    certainty: 'unknown',
    title: [`${clip(word, 28)}, cause unknown`],
    sentence: `Pod ${pod.meta.name} is ${clip(word, 80)}; no known cause fits.`,
    raw: pod.message ?? condition?.message,
    evidence: [
      ...(condition ? [fieldEvidence('status.conditions[PodScheduled]', condition.message)] : []),
      ...newestWarning(input),
    ],
    candidates: pod.phase === 'Pending' && pod.nodeName !== undefined ? SETTING_UP : [],
  });
}

function newestWarning({ events, pod }: DiagnosisInput) {
  const [newest] = events
    .filter(({ type, regarding }) => type === 'Warning' && regarding.uid === pod?.meta.uid)
    .toSorted((a, b) => b.lastAt - a.lastAt);
  return newest ? [eventEvidence(newest)] : [];
}
