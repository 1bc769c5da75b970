import type { ConfigMap, ContainerSpec, EnvVar, Pod, Secret } from '#lib/sandbox/client/objects.ts';
import type { Lister } from '#lib/sandbox/client/informer.ts';

export type Environment = { readonly env: Readonly<Record<string, string>> } | { readonly error: string };

/** Where values come from. */
export type Sources = {
  readonly configMaps: Pick<Lister<ConfigMap>, 'get'>;
  readonly secrets: Pick<Lister<Secret>, 'get'>;
  /** The pod's address. */
  readonly ip: string;
};

/** Fails with exactly the text the kubelet shows as CreateContainerConfigError (kubelet_pods.go, makeEnvironmentVariables). */
class ConfigError extends Error {}

/** The environment a container starts with, or why it cannot be made. */
export function environmentOf(pod: Pod, container: ContainerSpec, sources: Sources): Environment {
  const env: Record<string, string> = {};
  try {
    for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
      const data = configMapRef
        ? referenced(configMapRef, () => configMapData(pod, configMapRef.name, sources), 'configmap')
        : referenced(secretRef, () => secretData(pod, secretRef?.name, sources), 'secret');
      for (const [key, value] of Object.entries(data ?? {})) env[prefix + key] = value;
    }
    for (const variable of container.env ?? []) {
      const value = valueOf(variable, { pod, sources, env });
      if (value !== undefined) env[variable.name] = value;
    }
  } catch (error) {
    if (error instanceof ConfigError) return { error: error.message };
    throw error;
  }
  return { env };
}

/** `$(NAME)` references, as in env values, command and args; unknown names stay as they are. */
export function expanded(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$\(([A-Za-z_.-][\w.-]*)\)/g, (whole, name: string) => env[name] ?? whole);
}

type Data = Readonly<Record<string, string>>;

function configMapData(pod: Pod, name: string | undefined, { configMaps }: Sources): Data | undefined {
  const found = configMaps.get(pod.metadata.namespace, name ?? '');
  return found && (found.data ?? {});
}

function secretData(pod: Pod, name: string | undefined, { secrets }: Sources): Data | undefined {
  const found = secrets.get(pod.metadata.namespace, name ?? '');
  if (!found) return undefined;
  return Object.fromEntries(
    Object.entries(found.data ?? {}).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString('utf8'),
    ]),
  );
}

function referenced(
  ref: { readonly name?: string; readonly optional?: boolean } | undefined,
  read: () => Data | undefined,
  kind: 'configmap' | 'secret',
): Data | undefined {
  if (!ref) return undefined;
  const data = read();
  if (!data && !ref.optional) throw new ConfigError(`${kind} "${ref.name ?? ''}" not found`);
  return data;
}

function valueOf(
  { value, valueFrom }: EnvVar,
  { pod, sources, env }: { pod: Pod; sources: Sources; env: Data },
): string | undefined {
  if (!valueFrom) return expanded(value ?? '', env);
  const { configMapKeyRef, secretKeyRef, fieldRef } = valueFrom;
  if (fieldRef) return fieldOf(fieldRef.fieldPath, pod, sources.ip);
  const ref = configMapKeyRef ?? secretKeyRef;
  if (!ref) return '';
  const data = configMapKeyRef
    ? referenced(ref, () => configMapData(pod, ref.name, sources), 'configmap')
    : referenced(ref, () => secretData(pod, ref.name, sources), 'secret');
  const found = data?.[ref.key];
  if (found !== undefined || ref.optional) return found;
  const kind = configMapKeyRef ? 'ConfigMap' : 'Secret';
  throw new ConfigError(
    `couldn't find key ${ref.key} in ${kind} ${pod.metadata.namespace ?? ''}/${ref.name ?? ''}`,
  );
}

function fieldOf(path: string, { metadata, spec }: Pod, ip: string): string {
  const fields: Readonly<Record<string, string | undefined>> = {
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace,
    'metadata.uid': metadata.uid,
    'spec.nodeName': spec.nodeName,
    'spec.serviceAccountName': spec.serviceAccountName,
    'status.podIP': ip,
  };
  const [, map, key = ''] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path) ?? [];
  if (map) return (map === 'labels' ? metadata.labels : metadata.annotations)?.[key] ?? '';
  return fields[path] ?? '';
}
