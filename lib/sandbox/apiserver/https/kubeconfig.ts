import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stringify } from 'yaml';
import type { Account } from './accounts.ts';

type Cluster = {
  readonly server: string;
  readonly ca: string;
  readonly accounts: readonly Account[];
  readonly namespace?: string;
};

/** The context of the administrator is `sandbox`, the others are `sandbox-<user>`. */
const contextName = ({ name }: Account): string => (name === 'admin' ? 'sandbox' : `sandbox-${name}`);

export function kubeconfig({ server, ca, accounts, namespace }: Cluster): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'sandbox',
        cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') },
      },
    ],
    users: accounts.map((account) => ({ name: contextName(account), user: { token: account.token } })),
    contexts: accounts.map((account) => ({
      name: contextName(account),
      context: {
        cluster: 'sandbox',
        user: contextName(account),
        ...(namespace !== undefined && { namespace }),
      },
    })),
    'current-context': 'sandbox',
  });
}

/** Writes the file readable by its owner alone: it holds tokens. */
export async function writeKubeconfig(path: string, cluster: Cluster): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, kubeconfig(cluster), { mode: 0o600 });
  // `mode` applies to new files only.
  await chmod(path, 0o600);
}
