import type { Admission, AdmissionPlugin } from '#lib/sandbox/apiserver/admission/admission-plugin.ts';
import { refused } from '#lib/sandbox/apiserver/admission/admission-plugin.ts';
import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import {
  isEqual,
  isObject,
  objectAt,
  objectsAt,
  stringAt,
  stringMapAt,
  valueAt,
} from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import type { Cause } from '#lib/sandbox/apiserver/status-error.ts';
import { invalid } from '#lib/sandbox/apiserver/status-error.ts';
import type { Policies, Policy } from './policy.ts';
import { isStricter, policiesOf, policyName, reasonsOf, violationsOf } from './policy.ts';

/** Where each kind keeps the spec of its Pods. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  Deployment: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
  PodTemplate: ['template', 'spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
  ReplicationController: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
};

/** The Pod Security Standards, by the labels of the namespace (k8s.io/pod-security-admission). */
export const podSecurity: AdmissionPlugin = {
  name: 'PodSecurity',
  check: (context, admission) => {
    const { resource, subresource, operation } = admission;
    if (operation === 'DELETE') return;
    if (resource.kind === 'Namespace' && subresource === undefined) checkNamespace(context, admission);
    else if (resource.kind === 'Pod' && isJudged(admission)) checkPod(context, admission);
    else if (subresource === undefined) warnAbout(context, admission);
  },
};

function isJudged({ subresource, operation, object, previous }: Admission): boolean {
  if (subresource !== undefined && subresource !== 'ephemeralcontainers') return false;
  return operation === 'CREATE' || !isEqual(imagesOf(object), imagesOf(previous));
}

/** What of a Pod can change and matter. */
function imagesOf(pod: JsonObject | undefined): JsonObject {
  const lists = ['containers', 'initContainers', 'ephemeralContainers'];
  return Object.fromEntries(
    lists.map((list) => [list, objectsAt(pod, 'spec', list).map(({ image = '' }) => image)]),
  );
}

function policiesFor({ journal }: ServerContext, { namespace }: Admission): Policies {
  const home = journal.get('namespaces', undefined, namespace ?? '');
  return policiesOf(stringMapAt(home, 'metadata', 'labels'));
}

function checkPod(context: ServerContext, admission: Admission): void {
  const policies = policiesFor(context, admission);
  const spec = objectAt(admission.object, 'spec');
  const wrong = violationsOf(policies.enforce, spec);
  if (wrong !== undefined) {
    throw refused(admission, `violates PodSecurity "${policyName(policies.enforce)}": ${wrong}`);
  }
  warn(admission, policies.warn, spec);
}

/** A workload is not refused: its Pods will be. The person who applies it is told. */
function warnAbout(context: ServerContext, admission: Admission): void {
  const path = TEMPLATES[admission.resource.kind];
  const spec = path && valueAt(admission.object, ...path);
  if (isObject(spec)) warn(admission, policiesFor(context, admission).warn, spec);
}

function warn({ warn: tell }: Admission, policy: Policy, spec: JsonObject): void {
  const wrong = violationsOf(policy, spec);
  if (wrong !== undefined) tell?.(`would violate PodSecurity "${policyName(policy)}": ${wrong}`);
}

function checkNamespace(context: ServerContext, admission: Admission): void {
  const { resource, object, previous, operation } = admission;
  const next = policiesOf(stringMapAt(object, 'metadata', 'labels'));
  const before = policiesOf(stringMapAt(previous, 'metadata', 'labels'));
  if (next.errors.length > 0 && !(operation === 'UPDATE' && isEqual([...next.errors], [...before.errors]))) {
    throw invalid(resource, stringAt(object, 'metadata', 'name') ?? '', labelCauses(next.errors));
  }
  if (operation !== 'UPDATE' || !isTightened(next.enforce, before.enforce)) return;
  const { name } = previous?.metadata ?? { name: '' };
  existingViolations(context.journal.list('pods', name), name, next.enforce).forEach((text) =>
    admission.warn?.(text),
  );
}

function isTightened(next: Policy, before: Policy): boolean {
  if (next.level === 'privileged') return false;
  return next.version !== before.version || isStricter(next.level, before.level);
}

/** Pods that exist are not touched by a stricter label; whoever sets it is told of them, alike ones together. */
function existingViolations(
  pods: readonly KubeObject[],
  namespace: string,
  policy: Policy,
): readonly string[] {
  const byReason = Map.groupBy(pods, (pod) => reasonsOf(policy, objectAt(pod, 'spec')));
  const lines = [...byReason].flatMap(([reason, alike]) => {
    if (reason === undefined) return [];
    const [first = ''] = alike.map(({ metadata }) => metadata.name).toSorted();
    return [`${first}${others(alike.length - 1)}: ${reason}`];
  });
  if (lines.length === 0) return [];
  const head = `existing pods in namespace "${namespace}" violate the new PodSecurity enforce level "${policyName(policy)}"`;
  return [head, ...lines.toSorted()];
}

function others(count: number): string {
  if (count === 0) return '';
  return count === 1 ? ' (and 1 other pod)' : ` (and ${count} other pods)`;
}

const labelCauses = (errors: Policies['errors']): readonly Cause[] =>
  errors.map(({ label, value, message }) => ({
    reason: 'FieldValueInvalid',
    message: `Invalid value: "${value}": ${message}`,
    field: `metadata.labels[${label}]`,
  }));
