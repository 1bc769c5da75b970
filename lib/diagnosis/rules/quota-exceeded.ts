import type { Evidence, Remedy } from '#lib/model/finding.ts';
import type { Quota } from '#lib/model/limits.ts';
import { admissionRefusal, CONTROLLER_RETRIES, refusedTemplate } from '#lib/diagnosis/creation-refusal.ts';
import type { DiagnosisInput } from '#lib/diagnosis/diagnosis-input.ts';
import { changeEvidence, fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { lookIn, uncheckedListing } from '#lib/diagnosis/pod-claims.ts';
import { amountText, parseQuantity, quantityOf } from '#lib/diagnosis/quantity.ts';
import { commandRemedy, rollbackRemedy, targetWords } from '#lib/diagnosis/remedies.ts';
import type { PodRule } from '#lib/diagnosis/rule.ts';
import { listText } from '#lib/diagnosis/wording.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

/** Early releases began with a capital letter. */
const EXCEEDED =
  /[Ee]xceeded quota: ([^\s,]{1,253}), requested: ([^\n]{1,300}?), used: ([^\n]{1,300}?), limited: ([^\n]{1,300})$/;

/** One resource the quota has too little of; amounts in base units. */
type Shortage = {
  readonly resource: string;
  readonly requested: number;
  readonly used: number;
  readonly hard: number;
};

const overOf = ({ requested, used, hard }: Shortage) => used + requested - hard;

/**
 * The quota of the namespace has no room for the pod. The API server names quota and amounts; the quota's status
 * says whether that is still so.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.4/staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go
 */
export const quotaExceeded: PodRule = (input) => {
  const refusal = admissionRefusal(input);
  const [, name = '', requested = '', used = '', limited = ''] = EXCEEDED.exec(refusal?.text ?? '') ?? [];
  if (!refusal || name === '') return undefined;
  const then = shortages(amountsIn(requested), amountsIn(used), amountsIn(limited));
  const lookup = lookIn(input.references.quotas, name);
  const quota = lookup.state === 'exists' ? lookup.value : undefined;
  const now = quota ? then.map((shortage) => current(shortage, quota)) : then;
  const hasRoom = now.length > 0 && now.every((shortage) => overOf(shortage) <= 0);
  const isNever = now.some((shortage) => shortage.requested > shortage.hard);
  const changes = input.changes.filter(({ path }) => path.includes('.resources.'));
  const { namespace } = input.owner;
  return finding({
    causeId: 'quota-exceeded',
    certainty: 'proven',
    title: isNever ? 'Asks for more than the whole quota' : [`Quota ${name} is used up`, 'Quota is used up'],
    sentence:
      lookup.state === 'missing'
        ? `Quota ${name} had no room for the pod; ${namespace} has no ResourceQuota of that name now: it is gone, or one for several namespaces.`
        : sentenceOf(name, now, hasRoom),
    raw: refusal.text,
    evidence: [
      ...(quota ? now.map((shortage) => statusEvidence(name, shortage)) : []),
      ...refusal.evidence,
      ...changes.map(changeEvidence),
    ],
    unchecked: lookup.state === 'unchecked' ? uncheckedQuota(input, name) : [],
    remedies: [
      ...(changes.length > 0 ? rollbackRemedy(input) : []),
      ...(hasRoom || lookup.state === 'missing' ? [] : remediesFor(input, { name, shortages: now, isNever })),
      commandRemedy(
        'See who uses it',
        [
          `kubectl describe resourcequota ${shellWord(name)} -n ${shellWord(namespace)}`,
          `kubectl get pods -n ${shellWord(namespace)} -o custom-columns=POD:.metadata.name,PHASE:.status.phase,REQUESTS:.spec.containers[*].resources.requests,LIMITS:.spec.containers[*].resources.limits`,
        ].map(quoteColumns),
        CONTROLLER_RETRIES,
      ),
    ],
  });
};

const quoteColumns = (command: string): string =>
  command.replace(/custom-columns=(\S+)$/, "custom-columns='$1'");

export const uncheckedQuota = ({ owner, references }: DiagnosisInput, name: string) =>
  uncheckedListing(`ResourceQuota ${name}`, references.quotas, `list resourcequotas in ${owner.namespace}`);

/** `limits.cpu=1,requests.memory=512Mi` */
const amountsIn = (text: string): ReadonlyMap<string, number> =>
  new Map(
    text.split(',').flatMap((pair) => {
      const [resource = '', quantity = ''] = pair.trim().split('=');
      const value = parseQuantity(quantity);
      return resource === '' || value === undefined ? [] : [[resource, value] as const];
    }),
  );

type Parsed = ReadonlyMap<string, number>;
const shortages = (requested: Parsed, used: Parsed, limited: Parsed): readonly Shortage[] =>
  [...requested].flatMap(([resource, value]) => {
    const hard = limited.get(resource);
    return hard === undefined ? [] : [{ resource, requested: value, used: used.get(resource) ?? 0, hard }];
  });

/** The same request against what the quota says now. */
function current(shortage: Shortage, { hard, used }: Quota): Shortage {
  return {
    ...shortage,
    // A resource that is not counted any more is not limited.
    hard:
      hard[shortage.resource] === undefined
        ? Infinity
        : (parseQuantity(hard[shortage.resource] ?? '') ?? shortage.hard),
    used: parseQuantity(used[shortage.resource] ?? '') ?? shortage.used,
  };
}

const statusEvidence = (name: string, { resource, requested, used, hard }: Shortage): Evidence =>
  fieldEvidence(
    `resourcequotas/${name} status.used`,
    Number.isFinite(hard)
      ? `${resource}: ${amountText(resource, used)} of ${amountText(resource, hard)} used; the pod asks for ${amountText(resource, requested)}: ${excess(resource, used + requested - hard)}`
      : `${resource}: not limited any more; the pod asks for ${amountText(resource, requested)}`,
  );

const excess = (resource: string, over: number): string =>
  over > 0 ? `${amountText(resource, over)} too much` : 'it fits now';

function sentenceOf(name: string, all: readonly Shortage[], hasRoom: boolean): string {
  if (all.length === 0) return `Quota ${name} is used up.`;
  const what = all.filter((shortage) => hasRoom || overOf(shortage) > 0);
  const askedOf = (some: readonly Shortage[]) =>
    listText(
      some.map(
        ({ resource, requested }) =>
          `${amountText(resource, requested)}${some.length > 1 || hasRoom ? ` of ${resource}` : ''}`,
      ),
    );
  if (hasRoom) return `Quota ${name} had no room for the pod and has it now: it asks for ${askedOf(what)}.`;
  const never = what.filter(({ requested, hard }) => requested > hard);
  if (never.length > 0) {
    const allowed = listText(
      never.map(({ resource, hard }) => `${amountText(resource, hard)} of ${resource}`),
    );
    return `The pod asks for ${askedOf(never)}; quota ${name} allows ${allowed} for the whole namespace.`;
  }
  return `In quota ${name} ${listText(what.map(leftText))}; the pod asks for ${askedOf(what)}.`;
}

function leftText({ resource, used, hard }: Shortage): string {
  const all = amountText(resource, hard);
  if (used >= hard) return `all ${all} of ${resource} are used`;
  return `${amountText(resource, hard - used)} of ${all} of ${resource} are left`;
}

type Wanted = { readonly name: string; readonly shortages: readonly Shortage[]; readonly isNever: boolean };

function remediesFor(input: DiagnosisInput, { name, shortages: all, isNever }: Wanted): Remedy[] {
  const short = all.filter((shortage) => overOf(shortage) > 0);
  if (short.length === 0) return [];
  const { namespace } = input.owner;
  const hard = Object.fromEntries(
    short.map(({ resource, used, requested }) => [
      resource,
      quantityOf(resource, used + requested * missingPods(input)),
    ]),
  );
  const patch = JSON.stringify({ spec: { hard } });
  return [
    ...(isNever ? [] : makeRoomFirst(input, short)),
    ...lowerRequests(input, short),
    commandRemedy(
      `Raise quota ${name} to ${listText(Object.entries(hard).map(([resource, amount]) => `${resource} ${amount}`))}`,
      [
        `kubectl patch resourcequota ${shellWord(name)} -n ${shellWord(namespace)} --type=merge -p ${shellWord(patch)}`,
      ],
      `What is used now and ${missingPods(input) === 1 ? 'one pod' : `${missingPods(input)} pods`} more. Quotas are usually set by whoever runs the cluster. ${CONTROLLER_RETRIES}`,
    ),
  ];
}

/** Pods that are wanted and not there; a rolling update needs room for one at a time. */
function missingPods({ deployment, workloads }: DiagnosisInput): number {
  const replicas = (deployment ?? workloads?.[0])?.replicas;
  return replicas ? Math.max(1, replicas.desired - replicas.current) : 1;
}

/** A rolling update starts the new pod before an old one goes. The other way round it may fit. */
function makeRoomFirst(input: DiagnosisInput, short: readonly Shortage[]): Remedy[] {
  const old = input.siblings.find(({ phase }) => phase === 'Running' || phase === 'Pending');
  if (input.owner.kind !== 'Deployment' || !old) return [];
  const isEnough = short.every(
    (shortage) => heldBy(old.template.containers, shortage.resource) >= overOf(shortage),
  );
  if (!isEnough) return [];
  const patch = '{"spec":{"strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":1}}}}';
  return [
    commandRemedy(
      'Let an old pod go before each new one',
      [`kubectl patch ${targetWords(input)} -p ${shellWord(patch)}`],
      'The room an old pod leaves is enough for a new one. One pod fewer runs during the update.',
    ),
  ];
}

type Containers = DiagnosisInput['siblings'][number]['template']['containers'];

/** What the app containers of a pod count for in a quota. */
function heldBy(containers: Containers, resource: string): number {
  if (resource === 'pods') return 1;
  const [, side = 'requests', name = resource] = /^(requests|limits)\.(.+)$/.exec(resource) ?? [];
  return containers
    .filter(({ role }) => role === 'app' || role === 'sidecar')
    .map(
      ({ resources }) => parseQuantity(resources[side === 'limits' ? 'limits' : 'requests'][name] ?? '') ?? 0,
    )
    .reduce((sum, value) => sum + value, 0);
}

/** With one container there is one number to lower, and it is known how far. */
function lowerRequests(input: DiagnosisInput, short: readonly Shortage[]): Remedy[] {
  const [container, ...others] =
    refusedTemplate(input)?.containers.filter(({ role }) => role === 'app') ?? [];
  const flags = short.flatMap((shortage) => {
    const [, side, name] =
      /^(?:(requests|limits)\.)?(memory|cpu|ephemeral-storage)$/.exec(shortage.resource) ?? [];
    const room = shortage.requested - overOf(shortage);
    return name === undefined || room <= 0
      ? []
      : [`--${side ?? 'requests'}=${name}=${floored(shortage.resource, room)}`];
  });
  if (!container || others.length > 0 || flags.length < short.length) return [];
  return [
    commandRemedy(
      'Ask for no more than is left',
      [`kubectl set resources ${targetWords(input)} -c ${shellWord(container.name)} ${flags.join(' ')}`],
      'Only if the program can live on that.',
    ),
  ];
}

/** Rounded down, so that it fits. */
function floored(resource: string, value: number): string {
  const step = resource.endsWith('cpu') ? 0.001 : 2 ** 20;
  return quantityOf(resource, Math.floor(value / step + 1e-9) * step);
}
