import { changeEvidence, changesOf, exitEvidence, logEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { lastLine, logUnchecked } from '#lib/diagnosis/log-search.ts';
import { rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { durationText } from '#lib/diagnosis/wording.ts';

/** Exit code 0 of something that should keep running: it ends by itself and is restarted for ever. */
export const appExitsImmediately: ContainerRule = (input) => {
  const { container, pod, owner } = input;
  const { exit, spec } = container;
  const keepsRunning = pod.template.restartPolicy === 'Always' && spec.role !== 'init';
  if (exit?.exitCode !== 0 || exit.startedAt === undefined || !keepsRunning) return undefined;
  const line = lastLine(container.log);
  const changes = [...changesOf(input, 'command'), ...changesOf(input, 'args'), ...changesOf(input, 'image')];
  return finding({
    causeId: 'app-exits-immediately',
    certainty: 'likely',
    title: 'Ends by itself with exit code 0',
    sentence: `${spec.name} ends by itself after ${durationText(exit.finishedAt - exit.startedAt)} without an error, and a ${owner.kind} starts it again.`,
    container: spec.name,
    evidence: [
      ...exitEvidence(container),
      ...(line ? [logEvidence(line)] : []),
      ...changes.map(changeEvidence),
    ],
    unchecked: logUnchecked(input),
    remedies: [
      ...rollbackRemedy(input),
      { title: 'Run the server in the foreground, or make one-off work a Job', commands: [] },
    ],
  });
};
