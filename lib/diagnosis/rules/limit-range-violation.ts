import type { Evidence, Remedy } from '#lib/model/finding.ts';
import type { LimitItem, LimitRange } from '#lib/model/limits.ts';
import type { ContainerSpec } from '#lib/model/pod-template.ts';
import { admissionRefusal, CONTROLLER_RETRIES, refusedTemplate } from '#lib/diagnosis/creation-refusal.ts';
import type { DiagnosisInput } from '#lib/diagnosis/diagnosis-input.ts';
import { changeEvidence, fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { parseQuantity } from '#lib/diagnosis/quantity.ts';
import { commandRemedy, rollbackRemedy, targetWords } from '#lib/diagnosis/remedies.ts';
import type { PodRule } from '#lib/diagnosis/rule.ts';
import { listText } from '#lib/diagnosis/wording.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';
import { uncheckedRanges } from './quota-requests-missing.ts';

/** https://github.com/kubernetes/kubernetes/blob/v1.35.4/plugin/pkg/admission/limitranger/admission.go */
const BOUND =
  /(maximum|minimum) (\S{1,100}) usage per (\w{1,50}) is ([\w.+-]{1,40}?)(?:\.  No (limit|request) is specified|, but (limit|request) is ([\w.+-]{1,40}))/;
const RATIO =
  /(\S{1,100}) max limit to request ratio per (\w{1,50}) is ([\w.+-]{1,40}), but (?:provided ratio is ([\d.]{1,20})|no (limit|request) is specified)/;
/** Only its beginning is there. */
const SOME = /(maximum|minimum) (\S{1,100}) usage per (\w{1,50}) is/;

type Broken = {
  readonly field: 'max' | 'min' | 'maxLimitRequestRatio';
  readonly resource: string;
  /** "Container", "Pod", "PersistentVolumeClaim". */
  readonly type: string;
  readonly bound?: string;
  /** What is over or under it; absent: it is not set at all. */
  readonly given?: string;
  readonly side: 'limit' | 'request';
};

/** A container, pod or claim is larger or smaller than a LimitRange of the namespace allows. */
export const limitRangeViolation: PodRule = (input) => {
  const refusal = admissionRefusal(input);
  const broken = brokenIn(refusal?.text ?? '');
  if (!refusal || !broken) return undefined;
  const { limitRanges } = input.references;
  const range = limitRanges?.items.find(({ items }) => items.some((item) => sets(item, broken)));
  const container = offender(input, broken);
  const changes = input.changes.filter(({ path }) => path.includes('.resources.'));
  return finding({
    causeId: 'limitrange-violation',
    certainty: 'proven',
    title: 'Outside the LimitRange',
    sentence: sentenceOf(broken, range, container),
    raw: refusal.text,
    evidence: [
      ...(range ? [rangeEvidence(range, broken)] : []),
      ...(container ? [containerEvidence(container, broken)] : []),
      ...refusal.evidence,
      ...changes.map(changeEvidence),
    ],
    unchecked: uncheckedRanges(input),
    remedies: [
      ...(changes.length > 0 ? rollbackRemedy(input) : []),
      ...fit(input, broken, container),
      commandRemedy(
        'Or have the range changed',
        [
          `kubectl edit limitrange ${range ? shellWord(range.name) : 'LIMIT_RANGE'} -n ${shellWord(input.owner.namespace)}`,
        ],
        `New pods only are measured against it. ${CONTROLLER_RETRIES}`,
      ),
    ],
  });
};

function brokenIn(text: string): Broken | undefined {
  const bound = BOUND.exec(text) ?? SOME.exec(text);
  if (bound) {
    const [, which, resource = '', type = '', value, unset, side, given] = bound;
    return {
      field: which === 'maximum' ? 'max' : 'min',
      resource,
      type,
      bound: value,
      given,
      side: (side ?? unset) === 'request' ? 'request' : 'limit',
    };
  }
  const [, resource, type = '', value = '', given, unset] = RATIO.exec(text) ?? [];
  if (resource === undefined) return undefined;
  return {
    field: 'maxLimitRequestRatio',
    resource,
    type,
    bound: value,
    given: given === undefined ? undefined : String(Number(given)),
    side: unset === 'request' ? 'request' : 'limit',
  };
}

const isSame = (a: string, b: string): boolean => a === b || parseQuantity(a) === parseQuantity(b);

const sets = (item: LimitItem, { field, resource, type, bound }: Broken): boolean =>
  item.type === type &&
  item[field][resource] !== undefined &&
  (bound === undefined || isSame(item[field][resource] ?? '', bound));

/** The container of the template that is outside of the bound; of a pod's sum nobody is alone. */
function offender(input: DiagnosisInput, { type, resource, given, side }: Broken): ContainerSpec | undefined {
  if (type !== 'Container') return undefined;
  const containers = refusedTemplate(input)?.containers ?? [];
  const valueOf = ({ resources }: ContainerSpec) =>
    resources[side === 'limit' ? 'limits' : 'requests'][resource];
  return containers.find((container) => {
    const value = valueOf(container);
    return given === undefined ? value === undefined : value !== undefined && isSame(value, given);
  });
}

const PER: Readonly<Record<string, string>> = {
  Container: 'a container',
  Pod: 'a pod',
  PersistentVolumeClaim: 'a claim',
};

function sentenceOf(
  { field, resource, type, bound, given, side }: Broken,
  range: LimitRange | undefined,
  container: ContainerSpec | undefined,
): string {
  const per = PER[type] ?? `a ${type}`;
  const who = range ? `LimitRange ${range.name}` : 'a LimitRange';
  const subject = container
    ? `Container ${container.name}`
    : type === 'Container'
      ? 'A container'
      : type === 'Pod'
        ? 'The pod'
        : 'The claim';
  if (field === 'maxLimitRequestRatio') {
    const has =
      given === undefined
        ? `sets no ${resource} ${side}`
        : `has a ${resource} limit of ${given} times its request`;
    return `${subject} ${has}; ${who} allows ${bound ?? 'less'} times for ${per}.`;
  }
  const rule = field === 'max' ? 'at most' : 'at least';
  if (bound === undefined)
    return `${subject} is outside the ${field === 'max' ? 'maximum' : 'minimum'} ${resource} ${who} allows per ${type}.`;
  const has = given === undefined ? `sets no ${resource} ${side}` : `has a ${resource} ${side} of ${given}`;
  return `${subject} ${has}; ${who} ${field === 'max' ? 'allows' : 'demands'} ${rule} ${bound} for ${per}.`;
}

const rangeEvidence = ({ name }: LimitRange, { field, resource, type, bound }: Broken): Evidence =>
  fieldEvidence(
    `limitranges/${name} spec.limits[${type}].${field}.${resource}`,
    `LimitRange ${name}: ${field} ${resource} ${bound ?? ''} per ${type}`,
  );

const containerEvidence = (
  { name, role, resources }: ContainerSpec,
  { resource, side }: Broken,
): Evidence => {
  const list = side === 'limit' ? 'limits' : 'requests';
  return fieldEvidence(
    `spec.template.spec.${role === 'app' ? 'containers' : 'initContainers'}[${name}].resources.${list}.${resource}`,
    `${name}: ${resource} ${side} ${resources[list][resource] ?? 'not set'}`,
  );
};

/** The value that is just allowed; requests above a new limit come down with it. */
function fit(
  input: DiagnosisInput,
  { field, resource, bound, side }: Broken,
  container: ContainerSpec | undefined,
): Remedy[] {
  if (!container || bound === undefined || field === 'maxLimitRequestRatio') return [];
  const request = container.resources.requests[resource];
  const limit = container.resources.limits[resource];
  const isAbove = (value: string | undefined) =>
    (parseQuantity(value ?? '') ?? 0) > (parseQuantity(bound) ?? 0);
  const isBelow = (value: string | undefined) =>
    value !== undefined && (parseQuantity(value) ?? 0) < (parseQuantity(bound) ?? 0);
  const flags =
    field === 'max'
      ? [`--limits=${resource}=${bound}`, ...(isAbove(request) ? [`--requests=${resource}=${bound}`] : [])]
      : [
          ...(side === 'request' || isBelow(request) ? [`--requests=${resource}=${bound}`] : []),
          ...(side === 'limit' || isBelow(limit) ? [`--limits=${resource}=${bound}`] : []),
        ];
  return [
    commandRemedy(
      `Set ${listText([field === 'max' ? 'the limit' : `the ${side}`])} to ${bound}`,
      [`kubectl set resources ${targetWords(input)} -c ${shellWord(container.name)} ${flags.join(' ')}`],
      field === 'max' ? 'Only if the program can live on that.' : undefined,
    ),
  ];
}
