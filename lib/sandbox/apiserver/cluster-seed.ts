import { findResource } from './resources.ts';
import type { ServerContext } from './server-context.ts';
import { createObject } from './verbs/write-object.ts';

const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** What every cluster starts with. */
export function seedCluster(context: ServerContext): void {
  const namespaces = findResource('', 'v1', 'namespaces');
  if (!namespaces) return;
  for (const name of NAMESPACES) {
    createObject(context, {
      resource: namespaces,
      body: {
        metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
        spec: { finalizers: ['kubernetes'] },
      },
      writer: { manager: 'kube-apiserver', operation: 'Update' },
      dryRun: false,
    });
  }
}
