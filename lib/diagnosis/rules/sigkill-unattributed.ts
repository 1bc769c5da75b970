import type { Candidate } from '#lib/model/finding.ts';
import type { ContainerInput } from '#lib/diagnosis/diagnosis-input.ts';
import { exitEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { probeHints } from '#lib/diagnosis/log-hints.ts';
import { killBudgetMs } from '#lib/diagnosis/probe-facts.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { durationText } from '#lib/diagnosis/wording.ts';

/** SIGKILL and nobody who signs for it: candidates, no choice. */
export const sigkillUnattributed: ContainerRule = (input) => {
  const { exit, spec } = input.container;
  if (exit?.exitCode !== 137 || exit.reason === 'OOMKilled' || exit.reason === 'ContainerStatusUnknown')
    return undefined;
  const ran = exit.startedAt === undefined ? '' : ` after ${durationText(exit.finishedAt - exit.startedAt)}`;
  return finding({
    causeId: 'sigkill-unattributed',
    certainty: 'possible',
    title: 'Killed (SIGKILL), nobody named',
    sentence: `${spec.name} was killed with SIGKILL${ran}; no event says by whom.`,
    container: spec.name,
    evidence: exitEvidence(input.container),
    candidates: [...probeHints(input), ...candidates(input)],
  });
};

function candidates({ container, pod }: ContainerInput): Candidate[] {
  const { exit, spec } = container;
  const limit = spec.resources.limits['memory'];
  const ranMs = exit?.startedAt === undefined ? 0 : exit.finishedAt - exit.startedAt;
  const node = pod.nodeName ?? 'the node';
  return [
    ...(limit
      ? [
          {
            causeId: 'oom-limit',
            sentence: `Memory reached the ${limit} limit and the runtime missed it.`,
            check: 'Compare the memory use before the end with the limit.',
          },
        ]
      : []),
    {
      causeId: 'oom-node',
      sentence: `${node} ran out of memory.`,
      check: `Look for SystemOOM events and MemoryPressure on ${node}.`,
    },
    ...(spec.liveness && ranMs >= killBudgetMs(spec.liveness)
      ? [
          {
            causeId: 'liveness-probe-killed',
            sentence: 'The liveness probe failed and its event has expired.',
            check: 'Watch for a Killing event at the next restart.',
          },
        ]
      : []),
  ];
}
