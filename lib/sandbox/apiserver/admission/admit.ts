import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import type { ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import type { Admission, AdmissionPlugin } from './admission-plugin.ts';
import { defaultTolerationSeconds } from './default-toleration-seconds.ts';
import { limitRange } from './limit-range.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { podSecurity } from './pod-security/pod-security.ts';
import { priority } from './priority.ts';
import { resourceQuota } from './resource-quota.ts';
import { serviceAccount } from './service-account.ts';
import { validatingWebhook } from './validating-webhook.ts';
import { defaultStorageClass, storageObjectInUse } from './storage.ts';

/** In the order of kubernetes/pkg/kubeapiserver/options/plugins.go, which matters: quotas count what others added. */
const PLUGINS: readonly AdmissionPlugin[] = [
  namespaceLifecycle,
  limitRange,
  serviceAccount,
  podSecurity,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  storageObjectInUse,
  validatingWebhook,
  resourceQuota,
];

/** `admission.object` as all plugins would have it. Throws the first refusal. */
export function changedByAdmission(context: ServerContext, admission: Admission): JsonObject {
  return PLUGINS.reduce(
    (object, { change }) => change?.(context, { ...admission, object }) ?? object,
    admission.object,
  );
}

/** Throws the first refusal. */
export function checkAdmission(context: ServerContext, admission: Admission): void {
  for (const { check } of PLUGINS) check?.(context, admission);
}
