import type { Cause } from '#lib/sandbox/apiserver/status-error.ts';
import type { Amount } from './amount.ts';
import { amountText, parseAmount } from './amount.ts';
import { amountsAt } from './amounts.ts';
import type { Json, JsonObject } from './json.ts';
import { isArray, numberAt, objectAt, objectsAt, stringAt, valueAt } from './json.ts';
import { duplicate, invalidValue, prohibited, required } from './causes.ts';

type Check = (object: JsonObject) => readonly Cause[];

/** pkg/apis/core/helper IsStandardQuotaResourceName, and everything with a slash or of a known prefix. */
const QUOTA_NAMES = new Set([
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'persistentvolumeclaims',
  'configmaps',
  'services.nodeports',
  'services.loadbalancers',
]);

const quotaNames: Check = (quota) =>
  Object.entries(objectAt(quota, 'spec', 'hard')).flatMap(([name, value]) => {
    const field = `spec.hard[${name}]`;
    const isKnown = QUOTA_NAMES.has(name) || name.includes('/') || /^(requests\.)?hugepages-/.test(name);
    const causes = isKnown ? [] : [invalidValue(field, name, 'must be a standard resource for quotas')];
    const amount = parseAmount(value);
    const isNegative = amount !== undefined && amount.nanos < 0n;
    return [
      ...causes,
      ...(isNegative ? [invalidValue(field, value, 'must be greater than or equal to 0')] : []),
    ];
  });

const LIMIT_FIELDS = ['min', 'max', 'default', 'defaultRequest'] as const;

const limitRange: Check = (range) => {
  const limits = objectsAt(range, 'spec', 'limits');
  return limits.flatMap((limit, index) => {
    const at = `spec.limits[${index}]`;
    const type = stringAt(limit, 'type') ?? '';
    const isRepeated = limits.findIndex((other) => other.type === limit.type) < index;
    const forPods = LIMIT_FIELDS.slice(2).filter(
      (field) => type === 'Pod' && Object.keys(objectAt(limit, field)).length > 0,
    );
    return [
      ...(type === '' ? [required(`${at}.type`)] : []),
      ...(isRepeated ? [duplicate(`${at}.type`, type)] : []),
      ...forPods.map((field) => prohibited(`${at}.${field}`, "may not be specified when `type` is 'Pod'")),
      ...orderCauses(limit, at),
    ];
  });
};

type LimitField = (typeof LIMIT_FIELDS)[number];
type Order = {
  readonly low: LimitField;
  readonly high: LimitField;
  readonly at: LimitField;
  readonly words: string;
};

/** What must not be more than what, and how it is said. */
const ORDERS: readonly Order[] = [
  { low: 'min', high: 'max', at: 'min', words: 'min value LOW is greater than max value HIGH' },
  {
    low: 'min',
    high: 'defaultRequest',
    at: 'defaultRequest',
    words: 'min value LOW is greater than default request value HIGH',
  },
  {
    low: 'defaultRequest',
    high: 'max',
    at: 'defaultRequest',
    words: 'default request value LOW is greater than max value HIGH',
  },
  {
    low: 'defaultRequest',
    high: 'default',
    at: 'defaultRequest',
    words: 'default request value LOW is greater than default limit value HIGH',
  },
  { low: 'min', high: 'default', at: 'default', words: 'min value LOW is greater than default value HIGH' },
  { low: 'default', high: 'max', at: 'default', words: 'default value LOW is greater than max value HIGH' },
];

function orderCauses(limit: JsonObject, at: string): readonly Cause[] {
  const amounts = (field: LimitField): Readonly<Record<string, Amount>> => amountsAt(limit, field);
  const names = [...new Set(LIMIT_FIELDS.flatMap((field) => Object.keys(amounts(field))))].toSorted();
  return names.flatMap((name) =>
    ORDERS.flatMap((order) => {
      const [low, high] = [amounts(order.low)[name], amounts(order.high)[name]];
      if (!low || !high || low.nanos <= high.nanos) return [];
      const detail = order.words.replace('LOW', amountText(low)).replace('HIGH', amountText(high));
      const shown = amounts(order.at)[name] ?? low;
      return [invalidValue(`${at}.${order.at}[${name}]`, amountText(shown), detail)];
    }),
  );
}

const HIGHEST_USER_PRIORITY = 1_000_000_000;
const SYSTEM_CLASSES = ['system-node-critical', 'system-cluster-critical'];

const priorityClass: Check = (priority) => {
  const name = stringAt(priority, 'metadata', 'name') ?? '';
  const value = numberAt(priority, 'value') ?? 0;
  if (SYSTEM_CLASSES.includes(name)) return [];
  if (name.startsWith('system-')) {
    const error = `error: ${name} is not a known system priority class`;
    const rule = "priority class names with 'system-' prefix are reserved for system use only.";
    return [prohibited('metadata.name', `${rule} ${error}`)];
  }
  if (value <= HIGHEST_USER_PRIORITY) return [];
  const detail = `maximum allowed value of a user defined priority is ${HIGHEST_USER_PRIORITY}`;
  return [prohibited('value', detail)];
};

const autoscaler: Check = (hpa) => {
  const least = numberAt(hpa, 'spec', 'minReplicas');
  const most = numberAt(hpa, 'spec', 'maxReplicas') ?? 0;
  const field = 'spec.maxReplicas';
  const target = objectAt(hpa, 'spec', 'scaleTargetRef');
  return [
    ...(least !== undefined && least < 1
      ? [invalidValue('spec.minReplicas', least, 'must be greater than or equal to 1')]
      : []),
    ...(most < 1 ? [invalidValue(field, most, 'must be greater than 0')] : []),
    ...(least !== undefined && most < least
      ? [invalidValue(field, most, 'must be greater than or equal to `minReplicas`')]
      : []),
    ...['kind', 'name'].flatMap((name) =>
      stringAt(target, name) === undefined ? [required(`spec.scaleTargetRef.${name}`)] : [],
    ),
  ];
};

const webhooks: Check = (configuration) =>
  objectsAt(configuration, 'webhooks').flatMap((webhook, index) => {
    const at = `webhooks[${index}]`;
    const name = stringAt(webhook, 'name') ?? '';
    const versions = valueAt(webhook, 'admissionReviewVersions');
    const client = objectAt(webhook, 'clientConfig');
    const targets = ['url', 'service'].filter((field) => client[field] !== undefined);
    return [
      ...(name.split('.').length < 3
        ? [
            invalidValue(
              `${at}.name`,
              name,
              'should be a domain with at least three segments separated by dots',
            ),
          ]
        : []),
      ...(webhook.sideEffects === undefined
        ? [required(`${at}.sideEffects`, 'must specify one of None, NoneOnDryRun')]
        : []),
      ...(!isArray(versions) || versions.length === 0
        ? [required(`${at}.admissionReviewVersions`, 'must specify one of v1, v1beta1')]
        : []),
      ...(targets.length === 1
        ? []
        : [required(`${at}.clientConfig`, 'exactly one of url or service is required')]),
    ];
  });

/** The kinds by which administrators limit what others may do. */
export const POLICY_CHECKS: Readonly<Record<string, readonly Check[]>> = {
  HorizontalPodAutoscaler: [autoscaler],
  LimitRange: [limitRange],
  PriorityClass: [priorityClass],
  ResourceQuota: [quotaNames],
  ValidatingWebhookConfiguration: [webhooks],
};

/** A priority that Pods have taken cannot change under them. */
export function priorityUpdateCauses(current: JsonObject, next: JsonObject): readonly Cause[] {
  const value = (object: JsonObject): Json | undefined => object.value;
  return value(current) === value(next) ? [] : [prohibited('value', 'may not be changed in an update.')];
}
