import type { Evidence } from '#lib/model/finding.ts';
import type { DiagnosisInput } from '#lib/diagnosis/diagnosis-input.ts';
import { admittedNodes } from '#lib/diagnosis/admitted-nodes.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { bytesText, parseQuantity } from '#lib/diagnosis/quantity.ts';
import { podRequests } from '#lib/diagnosis/pod-requests.ts';
import { rollbackRemedy, targetWords } from '#lib/diagnosis/remedies.ts';
import type { PodRule } from '#lib/diagnosis/rule.ts';
import { schedulingVerdict } from '#lib/diagnosis/scheduling-verdict.ts';
import { changeEvidence } from '#lib/diagnosis/evidence.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

type Resource = 'memory' | 'cpu';

/** No node has the requested amount free. Requests count, limits do not. */
function insufficient(resource: Resource): PodRule {
  return (input) => {
    const verdict = schedulingVerdict(input);
    if (!input.pod || verdict?.causeId !== `insufficient-${resource}`) return undefined;
    const wanted = podRequests(input.pod.template, resource);
    const admitted = admittedNodes(input.pod.template, input.nodes);
    const largest = Math.max(
      0,
      ...(admitted.length > 0 ? admitted : input.nodes).map(
        ({ allocatable }) => parseQuantity(allocatable[resource] ?? '') ?? 0,
      ),
    );
    const never = wanted > 0 && largest > 0 && wanted > largest;
    const changes = input.changes.filter(({ path }) => path.endsWith(`.resources.requests.${resource}`));
    const word = resource === 'cpu' ? 'CPU' : 'memory';
    return finding({
      causeId: verdict.causeId,
      certainty: 'proven',
      title: never
        ? [
            `Asks ${amount(resource, wanted)}; largest node ${amount(resource, largest)}`,
            `Needs more ${word} than a node has`,
          ]
        : [`No node has enough free ${word}`],
      sentence: never
        ? `The pod asks for ${amount(resource, wanted)}; the largest node has ${amount(resource, largest)}.`
        : verdict.sentence,
      raw: verdict.raw,
      evidence: [...verdict.evidence, ...request(resource, wanted), ...changes.map(changeEvidence)],
      remedies: [
        ...(changes.length > 0 ? rollbackRemedy(input) : []),
        lowerRequest(input, resource),
        ...(never ? [] : [{ title: 'Add a node, or free one', commands: ['kubectl describe nodes'] }]),
      ],
    });
  };
}

const amount = (resource: Resource, value: number) =>
  resource === 'memory' ? bytesText(value) : `${value} CPU`;

function request(resource: Resource, wanted: number): Evidence[] {
  if (wanted === 0) return [];
  return [
    {
      kind: 'field',
      text: `The containers request ${amount(resource, wanted)} together`,
      path: 'spec.containers[].resources.requests',
    },
  ];
}

function lowerRequest(input: DiagnosisInput, resource: Resource) {
  const container = input.pod?.template.containers.find(({ resources }) => resource in resources.requests);
  return {
    title: `Lower the ${resource} request`,
    commands: container
      ? [
          `kubectl set resources ${targetWords(input)} -c ${shellWord(container.name)} --requests=${resource}=AMOUNT`,
        ]
      : [],
  };
}

export const insufficientMemory = insufficient('memory');
export const insufficientCpu = insufficient('cpu');
