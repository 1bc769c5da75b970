import { count } from '#lib/sandbox/apiserver/objects/amount.ts';
import type { Amounts } from '#lib/sandbox/apiserver/objects/amounts.ts';
import { added, amountsAt, podAmounts } from '#lib/sandbox/apiserver/objects/amounts.ts';
import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { isArray, numberAt, objectsAt, stringAt, valueAt } from '#lib/sandbox/apiserver/objects/json.ts';
import { qosClass } from '#lib/sandbox/apiserver/objects/initial-status.ts';
import { selects } from '#lib/sandbox/apiserver/selectors/selects.ts';
import { qualified } from '#lib/sandbox/apiserver/status-error.ts';

type Named = { readonly kind: string; readonly group: string; readonly plural: string };

const COMPUTE = ['cpu', 'memory', 'ephemeral-storage'];

/** What one object counts against a quota, by the names quotas use (pkg/quota/v1/evaluator/core). */
export function usageOf({ kind, group, plural }: Named, object: JsonObject): Amounts {
  const one = { [`count/${qualified(group, plural)}`]: count(1) };
  switch (kind) {
    case 'Pod':
      return { ...one, ...podUsage(object) };
    case 'Service':
      return { ...one, ...serviceUsage(object) };
    case 'PersistentVolumeClaim':
      return { ...one, ...claimUsage(object) };
    case 'ConfigMap':
    case 'Secret':
    case 'ReplicationController':
    case 'ResourceQuota':
      return { ...one, [plural]: count(1) };
    default:
      return one;
  }
}

/** A Pod that has ended takes nothing any more; nor does one that should be gone by now. */
function podUsage(pod: JsonObject): Amounts {
  const phase = stringAt(pod, 'status', 'phase');
  if (phase === 'Failed' || phase === 'Succeeded') return {};
  return { pods: count(1), ...computeUsage(podAmounts(pod, 'requests'), podAmounts(pod, 'limits')) };
}

/** `cpu` and `requests.cpu` are the same; extended resources can only be counted as requests. */
export function computeUsage(requests: Amounts, limits: Amounts): Amounts {
  const used = Object.entries(requests).flatMap(([name, amount]): [string, typeof amount][] => {
    if (COMPUTE.includes(name) || name.startsWith('hugepages-')) {
      return [
        [name, amount],
        [`requests.${name}`, amount],
      ];
    }
    return name.includes('/') ? [[`requests.${name}`, amount]] : [];
  });
  const limited = Object.entries(limits).filter(([name]) => COMPUTE.includes(name));
  return {
    ...Object.fromEntries(used),
    ...Object.fromEntries(limited.map(([name, amount]) => [`limits.${name}`, amount])),
  };
}

function serviceUsage(service: JsonObject): Amounts {
  const type = stringAt(service, 'spec', 'type');
  const isBalanced = type === 'LoadBalancer';
  const ports = isBalanced || type === 'NodePort' ? objectsAt(service, 'spec', 'ports').length : 0;
  return {
    services: count(1),
    'services.loadbalancers': count(isBalanced ? 1 : 0),
    'services.nodeports': count(ports),
  };
}

function claimUsage(claim: JsonObject): Amounts {
  const { storage } = amountsAt(claim, 'spec', 'resources', 'requests');
  const className = stringAt(claim, 'spec', 'storageClassName');
  const total: Amounts = {
    persistentvolumeclaims: count(1),
    ...(storage && { 'requests.storage': storage }),
  };
  if (className === undefined) return total;
  const prefix = `${className}.storageclass.storage.k8s.io/`;
  const ofClass = Object.entries(total).map(([name, amount]) => [`${prefix}${name}`, amount]);
  return added(total, Object.fromEntries(ofClass) as Amounts);
}

/** Whether a quota's scopes include the object; only Pods have scopes. */
export function isInScope(quota: JsonObject, { kind }: Named, object: JsonObject): boolean {
  const scopes = valueAt(quota, 'spec', 'scopes');
  const plain = isArray(scopes) ? scopes.map((scopeName) => ({ scopeName, operator: 'Exists' })) : [];
  const wanted: readonly JsonObject[] = [
    ...plain,
    ...objectsAt(quota, 'spec', 'scopeSelector', 'matchExpressions'),
  ];
  return wanted.every((scope) => kind === 'Pod' && matchesScope(scope, object));
}

function matchesScope(scope: JsonObject, pod: JsonObject): boolean {
  const hasDeadline = numberAt(pod, 'spec', 'activeDeadlineSeconds') !== undefined;
  const isBestEffort = qosClass(pod) === 'BestEffort';
  switch (stringAt(scope, 'scopeName')) {
    case 'Terminating':
      return hasDeadline;
    case 'NotTerminating':
      return !hasDeadline;
    case 'BestEffort':
      return isBestEffort;
    case 'NotBestEffort':
      return !isBestEffort;
    case 'PriorityClass': {
      const name = stringAt(pod, 'spec', 'priorityClassName') ?? '';
      const labels: Record<string, string> = name === '' ? {} : { PriorityClass: name };
      return selects({ matchExpressions: [{ ...scope, key: 'PriorityClass' }] }, labels);
    }
    default:
      return false;
  }
}
