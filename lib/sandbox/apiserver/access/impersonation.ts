import type { Journal } from '#lib/sandbox/apiserver/journal.ts';
import type { User } from '#lib/sandbox/apiserver/request-info.ts';
import { requireAccess } from './authorizer.ts';

/** What `kubectl --as` asks for: the Impersonate-User, -Group and -Uid headers. */
export type Impersonation = {
  readonly user: string;
  readonly groups: readonly string[];
  readonly uid?: string;
};

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;
const ANONYMOUS = 'system:anonymous';
const EVERYBODY = 'system:authenticated';

/**
 * The user a request is then made as. Throws 403 unless the caller may impersonate the user and each group
 * (apiserver/pkg/endpoints/filters/impersonation).
 */
export function impersonated(journal: Journal, caller: User, wanted: Impersonation): User {
  const require = (resource: string, name: string, more: { group?: string; namespace?: string } = {}): void =>
    requireAccess(journal, caller, {
      kind: 'resource',
      verb: 'impersonate',
      group: more.group ?? '',
      resource,
      name,
      namespace: more.namespace,
    });
  const [, namespace, account] = SERVICE_ACCOUNT.exec(wanted.user) ?? [];
  if (namespace !== undefined && account !== undefined) require('serviceaccounts', account, { namespace });
  else require('users', wanted.user);
  for (const group of wanted.groups) require('groups', group);
  if (wanted.uid !== undefined) require('uids', wanted.uid, { group: 'authentication.k8s.io' });
  const own =
    namespace === undefined || wanted.groups.length > 0
      ? wanted.groups
      : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  const everybody = wanted.user === ANONYMOUS || own.includes(EVERYBODY) ? [] : [EVERYBODY];
  return {
    name: wanted.user,
    groups: [...own, ...everybody],
    ...(wanted.uid !== undefined && { uid: wanted.uid }),
  };
}
