import type { KubeEvent } from '#lib/model/kube-event.ts';
import { containerEvents, eventEvidence, exitEvidence, waitingEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { editRemedy, rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { isOfThisRun } from '#lib/diagnosis/run-window.ts';
import { clip } from '#lib/diagnosis/wording.ts';

/**
 * The kubelet kills a container whose postStart hook fails, so the exit code is that of a kill: often 0. The words of the
 * hook are in the waiting message until the back-off begins; the event only says "PostStartHook failed" since 1.27.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/kubelet/lifecycle/handlers.go
 */
export const postStartHookFailed: ContainerRule = (input) => {
  const { container } = input;
  const { state } = container.status;
  const says = state.kind === 'waiting' && state.reason === 'PostStartHookError';
  const event = containerEvents(input, 'FailedPostStartHook')[0];
  const ofThisRun = event !== undefined && isOfThisRun(event, container.exit);
  if (!says && !ofThisRun) return undefined;
  const text = says ? (state.message ?? '') : (event?.message ?? '');
  const tooEarly = /connection refused/i.test(text);
  return finding({
    causeId: 'poststart-hook-failed',
    certainty: 'proven',
    title: 'Its postStart hook fails',
    sentence: `The postStart hook of ${container.spec.name} fails${hookOf(text)}, so the kubelet ends the container.`,
    raw: clip(text),
    container: container.spec.name,
    evidence: [...waitingEvidence(container), ...told(event, ofThisRun), ...exitEvidence(container)],
    candidates: tooEarly ? [TOO_EARLY] : [],
    remedies: [...rollbackRemedy(input), editRemedy(input, 'Correct lifecycle.postStart of the container')],
  });
};

const TOO_EARLY = {
  causeId: 'probe-too-early',
  sentence: 'The hook runs at the same time as the app and may ask before anything listens.',
  check: 'See in the log when the app begins to listen; let the hook wait for that.',
};

function told(event: KubeEvent | undefined, ofThisRun: boolean) {
  return event && ofThisRun ? [eventEvidence(event)] : [];
}

/** " (HTTP /gone)", " (exec [sh -c init.sh])". */
function hookOf(text: string): string {
  const [, kind, target] = /^(Exec|HTTP|Sleep) lifecycle hook \((.{1,200}?)\) for Container/.exec(text) ?? [];
  return kind && target ? ` (${kind === 'HTTP' ? kind : kind.toLowerCase()} ${target})` : '';
}
