import type { ContainerInput } from '#lib/diagnosis/diagnosis-input.ts';
import { changeEvidence, exitEvidence, logEvidence } from '#lib/diagnosis/evidence.ts';
import { exitCodeText } from '#lib/diagnosis/exit-code.ts';
import { finding, type FindingParts } from '#lib/diagnosis/finding.ts';
import { startFailure } from '#lib/diagnosis/start-failure.ts';
import { logHints, probeHints } from '#lib/diagnosis/log-hints.ts';
import { lastLine, logUnchecked } from '#lib/diagnosis/log-search.ts';
import { previousLogCommand, rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { durationText } from '#lib/diagnosis/wording.ts';

/** The last resort for a process that ran and failed: what is known, and no guess. */
export const appErrorExit: ContainerRule = (input) => {
  const { container } = input;
  const { exit, spec } = container;
  // Nothing of the app ran: what the runtime says is unknown, and no error of the app.
  if (!exit || exit.exitCode === 0 || startFailure(input)) return undefined;
  const meaning = exitCodeText(exit.exitCode);
  const ran = exit.startedAt === undefined ? '' : ` after ${durationText(exit.finishedAt - exit.startedAt)}`;
  const line = lastLine(container.log);
  const code = `exit code ${exit.exitCode}`;
  const clause = `${code}${ran}${meaning ? `: ${meaning}` : ''}`;
  return finding({
    ...blockedBy(input, { code, clause }),
    raw: line?.text ?? exit.message,
    container: spec.name,
    evidence: [
      ...exitEvidence(container),
      ...(line ? [logEvidence(line)] : []),
      ...input.changes.slice(0, 5).map(changeEvidence),
    ],
    candidates: [...logHints(input), ...probeHints(input)],
    unchecked: logUnchecked(input),
    remedies: [
      ...(input.changes.length > 0 ? rollbackRemedy(input) : []),
      { title: 'Read the log of the crashed run', commands: [previousLogCommand(input, container)] },
    ],
  });
};

/** Containers other tools put beside the app. When one of them fails, the app is rarely to blame. */
const INJECTED =
  /^(?:istio-(?:proxy|init)|linkerd-(?:proxy|init)|envoy(?:-sidecar)?|cloud-?sql-proxy|vault-agent(?:-init)?|dapr(?:d)?|consul-(?:connect|dataplane)[\w-]*|kuma-(?:sidecar|init)|otel-collector|fluent-?bit|filebeat|datadog-agent)$/;

/** What the container is to the pod says more than its exit code: an init container keeps the app from starting. */
function blockedBy(
  { container: { spec }, pod }: ContainerInput,
  { code, clause }: { readonly code: string; readonly clause: string },
): Pick<FindingParts, 'causeId' | 'certainty' | 'title' | 'sentence'> {
  if (spec.role === 'init') {
    return {
      causeId: 'init-container-failing',
      certainty: 'likely',
      title: [`Init ${spec.name} ends with ${code}`, `Init container ends with ${code}`],
      sentence: `Init container ${spec.name} ends with ${clause}, so the app is not started.`,
    };
  }
  const beside = spec.role === 'sidecar' || (INJECTED.test(spec.name) && pod.template.containers.length > 1);
  if (beside) {
    return {
      causeId: 'sidecar-crashing',
      certainty: 'likely',
      title: [`Sidecar ${spec.name} ends with ${code}`, `A sidecar ends with ${code}`],
      sentence: `Sidecar ${spec.name} ends with ${clause}.`,
    };
  }
  return {
    causeId: 'app-error-exit',
    certainty: 'possible',
    title: `Ends with ${code}`,
    sentence: `${spec.name} ends with ${clause}.`,
  };
}
