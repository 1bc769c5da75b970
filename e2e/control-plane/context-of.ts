import type { AccountName } from '#lib/sandbox/apiserver/https/accounts.ts';

/** Name of the control plane's cluster and of the administrator's context. */
export const CLUSTER_NAME = 'control-plane';

/** The kubeconfig's context of a user. */
export const contextOf = (user: AccountName, cluster: string = CLUSTER_NAME): string =>
  user === 'admin' ? cluster : `${cluster}-${user}`;
