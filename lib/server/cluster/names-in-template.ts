import type { PodSpec } from '#lib/model/pod-template.ts';

/** The Secrets (pull Secrets too) and ConfigMaps a pod names, each once. */
export function namesIn({ containers, volumes, imagePullSecrets }: PodSpec): {
  secrets: readonly string[];
  configMaps: readonly string[];
} {
  const secrets = new Set(imagePullSecrets);
  const configMaps = new Set<string>();
  for (const { env, envFrom } of containers) {
    for (const { source } of env) {
      if (source?.kind === 'secretKey') secrets.add(source.name);
      if (source?.kind === 'configMapKey') configMaps.add(source.name);
    }
    for (const { kind, name } of envFrom) (kind === 'secret' ? secrets : configMaps).add(name);
  }
  for (const { kind, refName } of volumes) {
    if (!refName) continue;
    if (kind === 'secret') secrets.add(refName);
    if (kind === 'configMap') configMaps.add(refName);
  }
  return { secrets: [...secrets], configMaps: [...configMaps] };
}
