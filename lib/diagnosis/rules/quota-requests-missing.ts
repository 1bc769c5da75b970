import type { Remedy } from '#lib/model/finding.ts';
import type { Amounts, Quota } from '#lib/model/limits.ts';
import { admissionRefusal, CONTROLLER_RETRIES, refusedTemplate } from '#lib/diagnosis/creation-refusal.ts';
import type { DiagnosisInput } from '#lib/diagnosis/diagnosis-input.ts';
import { fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { lookIn, uncheckedListing } from '#lib/diagnosis/pod-claims.ts';
import { amountText, parseQuantity } from '#lib/diagnosis/quantity.ts';
import { commandRemedy, targetWords } from '#lib/diagnosis/remedies.ts';
import type { PodRule } from '#lib/diagnosis/rule.ts';
import { listText } from '#lib/diagnosis/wording.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';
import { uncheckedQuota } from './quota-exceeded.ts';

const MUST_SPECIFY = /[Ff]ailed quota: ([^\s:]{1,253}):? must specify ([^\n]{1,2000})/;

/** A resource a quota counts, and the containers that say nothing of it; empty where the release does not name them. */
type Unset = { readonly resource: string; readonly containers: readonly string[] };

/**
 * A quota that counts a resource refuses pods with a container that does not set it.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/quota/v1/evaluator/core/pods.go (Constraints)
 */
export const quotaRequestsMissing: PodRule = (input) => {
  const refusal = admissionRefusal(input);
  const [, name = '', list = ''] = MUST_SPECIFY.exec(refusal?.text ?? '') ?? [];
  if (!refusal || name === '') return undefined;
  const unset = unsetIn(list);
  const lookup = lookIn(input.references.quotas, name);
  const resources = [...new Set(unset.map(({ resource }) => resource))];
  const containers = [...new Set(unset.flatMap((each) => each.containers))];
  return finding({
    causeId: 'quota-requests-missing',
    certainty: 'proven',
    title: 'Quota demands requests or limits',
    sentence:
      containers.length > 0
        ? `Quota ${name} demands ${listText(resources)} of every container; ${listText(containers.slice(0, 4))} ${lackText(unset, containers)}.`
        : `Quota ${name} demands that every container sets ${listText(resources)}.`,
    raw: refusal.text,
    evidence: [
      ...(lookup.state === 'exists'
        ? resources.map((resource) =>
            fieldEvidence(
              `resourcequotas/${name} status.hard`,
              `${resource}: ${leftText(resource, lookup.value)}`,
            ),
          )
        : []),
      ...containerEvidence(input, unset),
      ...rangeEvidence(input),
      ...refusal.evidence,
    ],
    unchecked: [
      ...(lookup.state === 'unchecked' ? uncheckedQuota(input, name) : []),
      ...uncheckedRanges(input),
    ],
    remedies: [setThem(input, unset), defaults(input, resources)],
  });
};

export const uncheckedRanges = ({ owner, references }: DiagnosisInput) =>
  uncheckedListing('LimitRanges', references.limitRanges, `list limitranges in ${owner.namespace}`);

/** `limits.memory for: web,sidecar; requests.cpu for: web`; older releases name no containers: `limits.memory,requests.cpu`. */
function unsetIn(list: string): readonly Unset[] {
  return list.split(';').flatMap((part) => {
    const [names = '', containers = ''] = part.split(' for: ');
    const of = containers
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '');
    return names
      .split(',')
      .map((resource) => resource.trim())
      .filter((resource) => /^[\w./-]{1,100}$/.test(resource))
      .map((resource) => ({ resource, containers: of }));
  });
}

function leftText(resource: string, { hard, used }: Quota): string {
  const all = parseQuantity(hard[resource] ?? '');
  if (all === undefined) return 'not counted any more';
  const left = Math.max(0, all - (parseQuantity(used[resource] ?? '') ?? 0));
  return `${amountText(resource, left)} of ${amountText(resource, all)} left`;
}

function containerEvidence(input: DiagnosisInput, unset: readonly Unset[]) {
  const names = new Set(unset.flatMap(({ containers }) => containers));
  return (refusedTemplate(input)?.containers ?? [])
    .filter(({ name }) => names.has(name))
    .map(({ name, role, resources }) =>
      fieldEvidence(
        `spec.template.spec.${role === 'app' ? 'containers' : 'initContainers'}[${name}].resources`,
        `${name} has ${setText('requests', resources.requests)}, ${setText('limits', resources.limits)}`,
      ),
    );
}

function setText(side: string, amounts: Amounts): string {
  const set = Object.entries(amounts).map(([name, amount]) => `${name}=${amount}`);
  return set.length === 0 ? `no ${side}` : `${side} ${set.join(' ')}`;
}

function lackText(unset: readonly Unset[], containers: readonly string[]): string {
  const isAll = unset.every((each) => containers.every((name) => each.containers.includes(name)));
  if (isAll) return containers.length === 1 ? 'sets none of it' : 'set none of it';
  return containers.length === 1 ? 'lacks some of it' : 'lack some of it';
}

/** A LimitRange without defaults, or none, leaves containers as they are. */
function rangeEvidence({ references: { limitRanges } }: DiagnosisInput) {
  if (!limitRanges?.isWhole || limitRanges.items.length > 0) return [];
  return [
    { kind: 'object' as const, text: 'No LimitRange in the namespace fills in what manifests leave out' },
  ];
}

const sideOf = (resource: string) => (resource.startsWith('limits.') ? 'limits' : 'requests');
const nameOf = (resource: string) => resource.replace(/^(?:requests|limits)\./, '');

function setThem(input: DiagnosisInput, unset: readonly Unset[]): Remedy {
  const names = [...new Set(unset.flatMap(({ containers }) => containers))];
  const flags = (of: readonly Unset[]) =>
    ['requests', 'limits'].flatMap((side) => {
      const values = [...new Set(of.map(({ resource }) => resource))].filter(
        (resource) => sideOf(resource) === side,
      );
      return values.length > 0
        ? [`--${side}=${values.map((resource) => `${nameOf(resource)}=AMOUNT`).join(',')}`]
        : [];
    });
  const commands =
    names.length === 0
      ? [`kubectl set resources ${targetWords(input)} ${flags(unset).join(' ')}`]
      : names.map(
          (name) =>
            `kubectl set resources ${targetWords(input)} -c ${shellWord(name)} ${flags(unset.filter(({ containers }) => containers.includes(name))).join(' ')}`,
        );
  return commandRemedy(
    'Say what the containers need',
    commands,
    `A limit without a request counts as both. ${CONTROLLER_RETRIES}`,
  );
}

/** What stands in no manifest is filled in when a pod is created. */
function defaults({ owner }: DiagnosisInput, resources: readonly string[]): Remedy {
  const of = (side: string) =>
    resources
      .filter((resource) => sideOf(resource) === side)
      .map((resource) => `${nameOf(resource)}: AMOUNT`);
  const limits = of('limits');
  const requests = of('requests');
  return commandRemedy(
    'Or let a LimitRange fill it in for all of the namespace',
    [
      [
        'apiVersion: v1',
        'kind: LimitRange',
        `metadata: { name: container-defaults, namespace: ${JSON.stringify(owner.namespace)} }`,
        'spec:',
        '  limits:',
        '    - type: Container',
        ...(limits.length > 0 ? [`      default: { ${limits.join(', ')} }`] : []),
        ...(requests.length > 0 ? [`      defaultRequest: { ${requests.join(', ')} }`] : []),
      ].join('\n'),
    ],
    'It changes new pods only.',
  );
}
