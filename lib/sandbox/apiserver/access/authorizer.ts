import type { Journal } from '#lib/sandbox/apiserver/journal.ts';
import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { objectAt, objectsAt, stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { User } from '#lib/sandbox/apiserver/request-info.ts';
import { StatusError, forbidden, qualified } from '#lib/sandbox/apiserver/status-error.ts';
import type { Attributes } from './rules.ts';
import { ruleAllows } from './rules.ts';

const RBAC = 'rbac.authorization.k8s.io';

export type Decision = { readonly allowed: boolean; readonly reason?: string };

/** May bypass RBAC: the group of the cluster's own administrator. */
export function isMaster({ groups }: User): boolean {
  return groups.includes('system:masters');
}

/** Decides by the Roles and bindings that are stored now. */
export function authorize(journal: Journal, user: User, wanted: Attributes): Decision {
  if (isMaster(user)) return { allowed: true };
  const namespace = wanted.kind === 'resource' ? wanted.namespace : undefined;
  for (const { binding, rules } of grants(journal, user, namespace)) {
    if (rules.some((rule) => ruleAllows(rule, wanted)))
      return { allowed: true, reason: reasonOf(binding, user) };
  }
  return { allowed: false };
}

/** The rules that apply to `user`, cluster-wide and in `namespace`. */
export function rulesFor(journal: Journal, user: User, namespace: string | undefined): readonly JsonObject[] {
  return grants(journal, user, namespace).flatMap(({ rules }) => rules);
}

type Grant = { readonly binding: KubeObject; readonly rules: readonly JsonObject[] };

function grants(journal: Journal, user: User, namespace: string | undefined): readonly Grant[] {
  const everywhere = journal.list(`clusterrolebindings.${RBAC}`);
  const here = namespace === undefined ? [] : journal.list(`rolebindings.${RBAC}`, namespace);
  return [...everywhere, ...here]
    .filter((binding) => objectsAt(binding, 'subjects').some((subject) => names(subject, user)))
    .map((binding) => ({ binding, rules: objectsAt(roleOf(journal, binding), 'rules') }));
}

const text = (object: JsonObject, field: string): string => stringAt(object, field) ?? '';

type Matcher = (subject: JsonObject, user: User) => boolean;

const SUBJECTS: Readonly<Record<string, Matcher>> = {
  User: (subject, { name }) => subject.name === name,
  Group: (subject, { groups }) => groups.includes(text(subject, 'name')),
  ServiceAccount: (subject, { name }) =>
    name === `system:serviceaccount:${text(subject, 'namespace')}:${text(subject, 'name')}`,
};

function names(subject: JsonObject, user: User): boolean {
  return SUBJECTS[text(subject, 'kind')]?.(subject, user) ?? false;
}

function roleOf(journal: Journal, binding: KubeObject): KubeObject | undefined {
  const { kind, name } = objectAt(binding, 'roleRef');
  if (typeof name !== 'string') return undefined;
  return kind === 'Role'
    ? journal.get(`roles.${RBAC}`, binding.metadata.namespace, name)
    : journal.get(`clusterroles.${RBAC}`, undefined, name);
}

function reasonOf(binding: KubeObject, user: User): string {
  const { namespace, name } = binding.metadata;
  const role = objectAt(binding, 'roleRef');
  const subject = objectsAt(binding, 'subjects').find((known) => names(known, user)) ?? {};
  const place = namespace === undefined ? name : `${name}/${namespace}`;
  const named = (object: JsonObject): string => `${text(object, 'kind')} "${text(object, 'name')}"`;
  return `RBAC: allowed by ${binding.kind} "${place}" of ${named(role)} to ${named(subject)}`;
}

type Target = { readonly group: string; readonly plural: string; readonly kind: string };

/** Throws the 403 whose text names who may not do what, where. */
export function requireAccess(journal: Journal, user: User, wanted: Attributes): void {
  if (authorize(journal, user, wanted).allowed) return;
  if (wanted.kind === 'path') {
    const message = `forbidden: User "${user.name}" cannot ${wanted.verb} path "${wanted.path}"`;
    throw new StatusError({ code: 403, reason: 'Forbidden', message, details: {} });
  }
  const { verb, group, resource, subresource, name = '', namespace } = wanted;
  const full = subresource === undefined ? resource : `${resource}/${subresource}`;
  const place = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const target: Target = { group, plural: resource, kind: resource };
  throw forbidden(
    target,
    name,
    `User "${user.name}" cannot ${verb} resource "${qualified('', full)}" in API group "${group}" ${place}`,
  );
}
