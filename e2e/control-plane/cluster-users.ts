import { randomBytes } from 'node:crypto';
import { createAccounts, type Account } from '#lib/sandbox/apiserver/https/accounts.ts';

export type ClusterUsers = {
  /** The sandbox's four. */
  readonly accounts: readonly Account[];
  readonly controllerManager: string;
  readonly scheduler: string;
  /** Of the nodes and of those who set up the cluster. */
  readonly nodes: string;
};

const token = (): string => randomBytes(24).toString('base64url');

/** Fresh tokens for everybody who talks to the API server. */
export function clusterUsers(): ClusterUsers {
  return { accounts: createAccounts(), controllerManager: token(), scheduler: token(), nodes: token() };
}

/** `token,user,uid,"group,group"`, as kube-apiserver's --token-auth-file wants it; it adds system:authenticated itself. */
export function tokenFile({ accounts, controllerManager, scheduler, nodes }: ClusterUsers): string {
  const lines = [
    ...accounts.map((account) => [
      groupsOf(account),
      account.token,
      account.user.name,
      account.user.uid ?? account.name,
    ]),
    ['', controllerManager, 'system:kube-controller-manager', 'controller-manager'],
    ['', scheduler, 'system:kube-scheduler', 'scheduler'],
    // One client stands for all nodes, so no user of the group system:nodes would fit.
    ['system:masters', nodes, 'nodes', 'nodes'],
  ];
  // A fourth column that is empty would be a group without a name.
  return lines
    .map(([groups, ...user]) => [...user, ...(groups ? [`"${groups}"`] : [])].join() + '\n')
    .join('');
}

const groupsOf = ({ user }: Account): string =>
  user.groups.filter((group) => group !== 'system:authenticated').join(',');
