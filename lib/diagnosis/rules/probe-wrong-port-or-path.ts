import type { Finding } from '#lib/model/finding.ts';
import type { Probe } from '#lib/model/pod-template.ts';
import type { ContainerInput } from '#lib/diagnosis/diagnosis-input.ts';
import {
  changeEvidence,
  changesOf,
  eventEvidence,
  exitEvidence,
  fieldEvidence,
  logEvidence,
  specPath,
} from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { listeningPort, probeFailure, type ProbeKind, probePort } from '#lib/diagnosis/probe-facts.ts';
import { editRemedy, rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';

/**
 * The probe asks a port nobody listens on, or a path the app does not have. `containerPorts` are informational,
 * so a port missing there is a hint; the app's own "listening on" line or a 404 says more.
 */
export const probeWrongPortOrPath: ContainerRule = (input) => {
  for (const kind of ['startup', 'liveness', 'readiness'] as const) {
    const probe = input.container.spec[kind];
    const found = probe && wrongTarget(input, kind, probe);
    if (found) return found;
  }
  return undefined;
};

function wrongTarget(input: ContainerInput, kind: ProbeKind, probe: Probe): Finding | undefined {
  const { container } = input;
  const failure = probeFailure(input, kind);
  if (!failure) return undefined;
  const changes = changesOf(input, `${kind}Probe`);
  const parts = {
    causeId: 'probe-wrong-port-or-path',
    certainty: 'likely' as const,
    raw: failure.message,
    container: container.spec.name,
    remedies: [...rollbackRemedy(input), editRemedy(input, `Correct the ${kind} probe`)],
  };
  if (probe.handler.kind === 'http' && /statuscode: 404/.test(failure.message)) {
    return finding({
      ...parts,
      title: [`${kind} asks ${probe.handler.path}: 404`, `The ${kind} path does not exist`],
      sentence: `The ${kind} probe asks ${probe.handler.path}, and the app answers 404.`,
      evidence: [eventEvidence(failure), ...changes.map(changeEvidence)],
    });
  }
  const asked = probePort(container, probe);
  if (asked === undefined || !/connection refused/i.test(failure.message)) return undefined;
  const said = listeningPort(container);
  const declared = container.spec.ports.map(({ port }) => port);
  const other = said && said.port !== asked ? said.port : undefined;
  const undeclared = said === undefined && declared.length > 0 && !declared.includes(asked);
  if (other === undefined && !undeclared) return undefined;
  const right = other ?? declared.join(', ');
  return finding({
    ...parts,
    title: [`${capital(kind)} asks ${asked}, not ${right}`, `The ${kind} probe asks a wrong port`],
    sentence: `The ${kind} probe asks port ${asked}; the ${other === undefined ? `container declares ${right}` : `app listens on ${right}`}.`,
    evidence: [
      eventEvidence(failure),
      fieldEvidence(specPath(container, `${kind}Probe`), `The probe asks port ${asked}`),
      ...(other !== undefined && said ? [logEvidence(said.line)] : []),
      ...(declared.length > 0
        ? [fieldEvidence(specPath(container, 'ports'), `The container declares ${declared.join(', ')}`)]
        : []),
      ...(kind === 'readiness' ? [] : exitEvidence(container)),
      ...changes.map(changeEvidence),
    ],
    candidates: [
      {
        causeId: 'app-binds-localhost',
        sentence: 'The app may listen on 127.0.0.1 only; the kubelet asks the pod IP.',
        check: 'Look for the listen address in the log.',
      },
    ],
  });
}

const capital = (word: string) => `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`;
