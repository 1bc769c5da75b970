import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stringify } from 'yaml';
import type { Account } from './accounts.ts';

type Cluster = {
  readonly server: string;
  readonly ca: string;
  readonly accounts: readonly Pick<Account, 'name' | 'token'>[];
  readonly namespace?: string;
  /** Of the cluster and the administrator's context. */
  readonly name?: string;
};

/** The context of the administrator is `sandbox`, the others are `sandbox-<user>`. */
export function kubeconfig({ server, ca, accounts, namespace, name: cluster = 'sandbox' }: Cluster): string {
  const contextName = ({ name }: Pick<Account, 'name'>): string =>
    name === 'admin' ? cluster : `${cluster}-${name}`;
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: cluster,
        cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') },
      },
    ],
    users: accounts.map((account) => ({ name: contextName(account), user: { token: account.token } })),
    contexts: accounts.map((account) => ({
      name: contextName(account),
      context: {
        cluster,
        user: contextName(account),
        ...(namespace !== undefined && { namespace }),
      },
    })),
    'current-context': cluster,
  });
}

/** Writes the file readable by its owner alone: it holds tokens. */
export async function writeKubeconfig(path: string, cluster: Cluster): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, kubeconfig(cluster), { mode: 0o600 });
  // `mode` applies to new files only.
  await chmod(path, 0o600);
}
