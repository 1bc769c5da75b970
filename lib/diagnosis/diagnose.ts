import type { Finding } from '#lib/model/finding.ts';
import type { ContainerInput, ContainerSubject, DiagnosisInput } from './diagnosis-input.ts';
import { failingContainers } from './failing-containers.ts';
import { CONTAINER_RULES, POD_RULES, READINESS_RULES } from './ordered-rules.ts';
import type { ContainerRule } from './rule.ts';
import { unknownContainer, unknownPod } from './rules/unknown.ts';

/**
 * What is wrong, the primary finding first, then one per other failing container. Never empty: what no rule
 * explains is `unknown` with the raw text. Pure: the same input gives the same findings.
 */
export function diagnose(input: DiagnosisInput): [Finding, ...Finding[]] {
  const ofPod = POD_RULES.map((rule) => rule(input)).find((found) => found !== undefined);
  if (ofPod) return [ofPod];
  const { pod } = input;
  if (!pod) return [unknownPod(input)];
  const [first, ...others] = failingContainers(pod, input).map((container) =>
    withHistoryGap(explain({ ...input, pod, container }), input),
  );
  return first ? [first, ...others] : [unknownPod(input)];
}

function explain(input: ContainerInput): Finding {
  for (const rule of rulesFor(input.container)) {
    const found = rule(input);
    if (found) return found;
  }
  return unknownContainer(input);
}

/** Whether a change of the template is behind it was not looked at. */
const withHistoryGap = (found: Finding, { historyGap }: DiagnosisInput): Finding =>
  historyGap ? { ...found, unchecked: [...found.unchecked, historyGap] } : found;

/** A running container that never ended is only explained by its probes; one that crashed first by its end. */
function rulesFor({ status, exit }: ContainerSubject): readonly ContainerRule[] {
  const runs = status.state.kind === 'running';
  if (!runs) return CONTAINER_RULES;
  return exit && exit.exitCode !== 0
    ? [...CONTAINER_RULES, ...READINESS_RULES]
    : [...READINESS_RULES, ...CONTAINER_RULES];
}
