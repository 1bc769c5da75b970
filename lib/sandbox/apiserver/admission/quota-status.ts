import type { JournalEntry } from '#lib/sandbox/apiserver/journal.ts';
import { NOTHING } from '#lib/sandbox/apiserver/objects/amount.ts';
import type { Amounts } from '#lib/sandbox/apiserver/objects/amounts.ts';
import { added, amountsAt, amountsJson, onlyNamed } from '#lib/sandbox/apiserver/objects/amounts.ts';
import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { isEqual, objectAt, stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { putStatus } from '#lib/sandbox/apiserver/verbs/put-status.ts';
import { RESOURCES } from '#lib/sandbox/apiserver/resources.ts';
import type { ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import { isInScope, usageOf } from './quota-usage.ts';

export const QUOTAS = 'resourcequotas';

/** Stores what a quota's namespace uses. `hard` becomes what the spec says now unless admission is billing. */
export function writeUsage(
  context: ServerContext,
  quota: KubeObject,
  used: Amounts,
  manager = 'kube-apiserver',
): void {
  const hard = manager === 'kube-apiserver' ? objectAt(quota, 'status', 'hard') : hardOf(quota);
  const status = { hard, used: amountsJson(used) };
  putStatus(context, { storage: QUOTAS, object: quota, status, manager });
}

const hardOf = (quota: KubeObject): JsonObject => amountsJson(amountsAt(quota, 'spec', 'hard'));

const COUNTED = RESOURCES.filter(({ namespaced, storage, verbs, kind }) => {
  const isStored = verbs.includes('delete') && storage !== 'events';
  return namespaced && isStored && kind !== 'Lease' && kind !== 'EndpointSlice';
});

/**
 * The controller that counts again whenever something in a namespace comes or goes
 * (kubernetes/pkg/controller/resourcequota). It lives in the server because nothing but admission depends on it.
 */
export function keepQuotaStatus(context: ServerContext): void {
  const { journal } = context;
  for (const { storage } of COUNTED) {
    journal.subscribe(storage, (entry) => {
      if (storage === QUOTAS ? isNewQuota(entry) : frees(entry))
        recount(context, entry.object.metadata.namespace);
    });
  }
}

/** What is created has been billed by admission already. */
function frees({ type, object, previous }: JournalEntry): boolean {
  if (type === 'DELETED') return true;
  const hasEnded = (pod: JsonObject | undefined): boolean =>
    ['Failed', 'Succeeded'].includes(stringAt(pod, 'status', 'phase') ?? '');
  return type === 'MODIFIED' && object.kind === 'Pod' && hasEnded(object) && !hasEnded(previous);
}

function isNewQuota({ type, object, previous }: JournalEntry): boolean {
  return type !== 'DELETED' && !isEqual(objectAt(object, 'spec'), previous && objectAt(previous, 'spec'));
}

function recount(context: ServerContext, namespace: string | undefined): void {
  for (const { metadata } of context.journal.list(QUOTAS, namespace)) {
    const quota = context.journal.get(QUOTAS, namespace, metadata.name);
    if (quota) writeUsage(context, quota, usageIn(context, quota), 'kube-controller-manager');
  }
}

/** Everything a quota limits, as it is used now; 0 for what nothing uses. */
function usageIn({ journal }: ServerContext, quota: KubeObject): Amounts {
  const names = Object.keys(objectAt(quota, 'spec', 'hard'));
  const { namespace } = quota.metadata;
  const used = COUNTED.flatMap((resource) =>
    journal
      .list(resource.storage, namespace)
      .filter((object) => isInScope(quota, resource, object))
      .map((object) => onlyNamed(usageOf(resource, object), names)),
  ).reduce(added, {});
  return { ...Object.fromEntries(names.map((name) => [name, NOTHING])), ...used };
}
