import {
  changeEvidence,
  changesOf,
  eventEvidence,
  fieldEvidence,
  specPath,
} from '#lib/diagnosis/evidence.ts';
import type { ContainerInput } from '#lib/diagnosis/diagnosis-input.ts';
import { finding, type FindingParts } from '#lib/diagnosis/finding.ts';
import { probeFailure, probePort } from '#lib/diagnosis/probe-facts.ts';
import { rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { probeText } from '#lib/rollout/container-diff.ts';

const TIMED_OUT = /context deadline exceeded|Client\.Timeout|request canceled|timed out/i;

const SLOW = {
  causeId: 'probe-timeout',
  sentence: 'The liveness probe times out as well: the app may be too slow rather than down.',
  check: 'Compare the time of an answer with timeoutSeconds, and the CPU use with its limit.',
};

type Reading = Pick<FindingParts, 'causeId' | 'certainty' | 'title' | 'sentence'>;

/** A running container that is not ready (or not started), read from the words of its failing probe. */
function notReady(
  read: (message: string, input: ContainerInput, kind: 'readiness' | 'startup') => Reading | undefined,
): ContainerRule {
  return (input) => {
    const { spec, status } = input.container;
    if (status.state.kind !== 'running' || status.ready) return undefined;
    const kind = spec.startup && !status.started ? 'startup' : 'readiness';
    const probe = spec[kind];
    const failure = probeFailure(input, kind);
    const reading = failure && probe && read(failure.message, input, kind);
    if (!reading) return undefined;
    const liveness = probeFailure(input, 'liveness');
    const isSlow = reading.causeId !== 'probe-timeout' && TIMED_OUT.test(liveness?.message ?? '');
    return finding({
      ...reading,
      candidates: isSlow ? [SLOW] : [],
      raw: failure.message,
      container: spec.name,
      evidence: [
        eventEvidence(failure),
        fieldEvidence(specPath(input.container, `${kind}Probe`), probeText(probe)),
        ...changesOf(input, `${kind}Probe`).map(changeEvidence),
      ],
      remedies: input.changes.length > 0 ? rollbackRemedy(input) : [],
    });
  };
}

export const probeNon2xx = notReady((message, { container }, kind) => {
  const code = /statuscode: (\d{3})/.exec(message)?.[1];
  if (code === undefined) return undefined;
  return {
    causeId: 'probe-non-2xx',
    certainty: 'likely',
    title: `The ${kind} probe gets ${code}`,
    sentence: `${container.spec.name} answers its ${kind} probe with ${code}.`,
  };
});

export const probeTimeout = notReady((message, { container }, kind) => {
  if (!TIMED_OUT.test(message)) return undefined;
  const seconds = container.spec[kind]?.timeoutSeconds ?? 1;
  return {
    causeId: 'probe-timeout',
    certainty: 'likely',
    title: `The ${kind} probe times out`,
    sentence: `${container.spec.name} does not answer its ${kind} probe within ${seconds} s.`,
  };
});

export const probeAppNotListening = notReady((message, { container }, kind) => {
  const probe = container.spec[kind];
  if (!probe || !/connection refused/i.test(message)) return undefined;
  const port = probePort(container, probe);
  return {
    causeId: 'probe-app-not-listening',
    certainty: 'possible',
    title: [`Nothing listens on port ${port ?? ''}`.trim()],
    sentence: `Nothing in ${container.spec.name} listens on ${port === undefined ? 'the probed port' : `port ${port}`}, so the ${kind} probe is refused.`,
  };
});
