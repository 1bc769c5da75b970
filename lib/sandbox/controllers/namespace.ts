import type { ConfigMap, Namespace, ServiceAccount } from '#lib/sandbox/client/objects.ts';
import type { Write } from '#lib/sandbox/client/write.ts';
import type { Pass } from './pass.ts';

export type NamespaceInput = {
  readonly namespace: Namespace;
  readonly serviceAccounts: readonly ServiceAccount[];
  readonly configMaps: readonly ConfigMap[];
  /** PEM of the cluster's CA, published to every namespace. */
  readonly rootCa: string;
};

const ROOT_CA = 'kube-root-ca.crt';
const ABOUT_ROOT_CA =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

/** Every namespace gets a default ServiceAccount and the cluster's CA certificate. */
export function reconcileNamespace({ namespace, serviceAccounts, configMaps, rootCa }: NamespaceInput): Pass {
  if (namespace.metadata.deletionTimestamp) return { writes: [] };
  const inNamespace = { namespace: namespace.metadata.name };
  const writes: Write[] = [];
  if (!serviceAccounts.some(({ metadata }) => metadata.name === 'default')) {
    const metadata = { ...inNamespace, name: 'default' };
    writes.push({ verb: 'create', object: { apiVersion: 'v1', kind: 'ServiceAccount', metadata } });
  }
  if (!configMaps.some(({ metadata }) => metadata.name === ROOT_CA)) {
    const metadata = {
      ...inNamespace,
      name: ROOT_CA,
      annotations: { 'kubernetes.io/description': ABOUT_ROOT_CA },
    };
    writes.push({
      verb: 'create',
      object: { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'ca.crt': rootCa } },
    });
  }
  return { writes };
}
