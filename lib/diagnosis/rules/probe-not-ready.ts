import type { Finding } from '#lib/model/finding.ts';
import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { Probe } from '#lib/model/pod-template.ts';
import type { ContainerInput } from '#lib/diagnosis/diagnosis-input.ts';
import {
  changeEvidence,
  changesOf,
  containerEvents,
  eventEvidence,
  fieldEvidence,
  logEvidence,
  specPath,
} from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { loggedAnswer, probeFailure, type ProbeKind } from '#lib/diagnosis/probe-facts.ts';
import { isTimeout, type ProbeReading, readProbe, speaksTls } from '#lib/diagnosis/probe-readings.ts';
import { editRemedy, rollbackRemedy, serviceRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { probeText } from '#lib/rollout/container-diff.ts';

const SLOW = {
  causeId: 'probe-timeout',
  sentence: 'A probe times out as well: the app may be too slow rather than down.',
  check: 'Compare the time of an answer with timeoutSeconds, and the CPU use with its limit.',
};

/** A running container that is not ready (or not started), read from the words of its failing probe. */
export const probeNotReady: ContainerRule = (input) => {
  const { spec, status } = input.container;
  if (status.state.kind !== 'running' || status.ready) return undefined;
  const waitsFor = spec.startup && !status.started ? 'startup' : 'readiness';
  // A pod that is about to be restarted for its liveness probe may have no other probe that tells why.
  const kind = probeFailure(input, waitsFor) ? waitsFor : 'liveness';
  const probe = spec[kind];
  const failure = probeFailure(input, kind);
  const reading = failure && probe && readProbe({ message: failure.message, kind, probe, input });
  if (!failure) return loggedProbe(input, waitsFor);
  if (!reading) return undefined;
  const isSlow =
    reading.causeId !== 'probe-timeout' &&
    containerEvents(input, 'Unhealthy').some(({ message }) => isTimeout(message));
  const candidates = [...(isSlow ? [SLOW] : []), ...(reading.candidates ?? [])];
  return probeFinding(input, { reading: { ...reading, candidates }, failure, kind, probe });
};

/** A finding about one probe, with its own words, its settings and what changed in it. */
export function probeFinding(
  input: ContainerInput,
  told: { reading: ProbeReading; failure: KubeEvent; kind: ProbeKind; probe: Probe },
): Finding {
  const { reading, failure, kind, probe } = told;
  const { line, dependency, ...said } = reading;
  const service = dependency?.service;
  return finding({
    ...said,
    raw: failure.message,
    container: input.container.spec.name,
    evidence: [
      eventEvidence(failure),
      fieldEvidence(specPath(input.container, `${kind}Probe`), probeText(probe)),
      ...(line ? [logEvidence(line)] : []),
      ...(service
        ? [{ kind: 'object' as const, text: service.evidence, path: `services/${service.name}` }]
        : []),
      ...changesOf(input, `${kind}Probe`).map(changeEvidence),
    ],
    remedies: [
      ...(service ? [serviceRemedy(input, service.name)] : []),
      ...(input.changes.length > 0 ? rollbackRemedy(input) : []),
      editRemedy(input, `Correct the ${kind} probe, or what it asks`),
    ],
  });
}

/** Events are gone after an hour, and nobody may read them: then the app's own log says what it answered. */
function loggedProbe(input: ContainerInput, kind: ProbeKind): Finding | undefined {
  const { container } = input;
  const probe = container.spec[kind];
  if (probe?.handler.kind !== 'http') return undefined;
  const { path } = probe.handler;
  const answer = loggedAnswer(container, path);
  const reading = answer
    ? readLogged(answer, { kind, name: container.spec.name, path })
    : speaksTls(probe, container);
  if (!reading) return undefined;
  const { line, ...said } = reading;
  return finding({
    ...said,
    raw: line?.text,
    container: container.spec.name,
    evidence: [
      ...(line ? [logEvidence(line)] : []),
      fieldEvidence(specPath(container, `${kind}Probe`), probeText(probe)),
      ...changesOf(input, `${kind}Probe`).map(changeEvidence),
    ],
    unchecked: [{ what: 'Events of the probe, which are gone or were not shown' }],
    remedies: [
      ...(input.changes.length > 0 ? rollbackRemedy(input) : []),
      editRemedy(input, `Correct the ${kind} probe, or what it asks`),
    ],
  });
}

type Asked = { readonly kind: ProbeKind; readonly name: string; readonly path: string };

function readLogged(
  { code, line }: NonNullable<ReturnType<typeof loggedAnswer>>,
  { kind, name, path }: Asked,
): ProbeReading | undefined {
  if (code >= 200 && code < 400) return undefined;
  const isAbsent = code === 404;
  return {
    causeId: isAbsent ? 'probe-wrong-port-or-path' : 'probe-non-2xx',
    certainty: 'likely',
    title: isAbsent
      ? [`${kind} asks ${path}: 404`, `The ${kind} path does not exist`]
      : `The ${kind} probe gets ${code}`,
    sentence: `${name} answers its ${kind} probe on ${path} with ${code}, its log says.`,
    line,
  };
}
