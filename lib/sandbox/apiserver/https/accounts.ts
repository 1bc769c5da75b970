import { randomBytes } from 'node:crypto';
import type { User } from '#lib/sandbox/apiserver/request-info.ts';

export type AccountName = 'admin' | 'viewer' | 'dev' | 'nobody';

export type Account = { readonly name: AccountName; readonly token: string; readonly user: User };

const GROUPS: Readonly<Record<AccountName, readonly string[]>> = {
  admin: ['system:masters'],
  viewer: ['viewers'],
  dev: ['developers'],
  nobody: [],
};
export const ACCOUNT_NAMES: readonly AccountName[] = ['admin', 'viewer', 'dev', 'nobody'];

/** One bearer token per user. What each may do is decided by RBAC (and `system:masters` may do anything). */
export function createAccounts(tokens: Partial<Record<AccountName, string>> = {}): readonly Account[] {
  return ACCOUNT_NAMES.map((name) => ({
    name,
    token: tokens[name] ?? randomBytes(24).toString('base64url'),
    user: { name, uid: `sandbox:${name}`, groups: [...GROUPS[name], 'system:authenticated'] },
  }));
}
