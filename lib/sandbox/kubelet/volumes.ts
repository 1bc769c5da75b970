import type { ConfigMap, Pod, Secret, VolumeSpec } from '#lib/sandbox/client/objects.ts';
import type { Lister } from '#lib/sandbox/client/informer.ts';

/** A volume that is not mounted; with `error` each try fails aloud, without it the kubelet just waits. */
export type VolumeHold = { readonly volume: string; readonly error?: string };

export type VolumeSources = {
  readonly configMaps: Pick<Lister<ConfigMap>, 'get'>;
  readonly secrets: Pick<Lister<Secret>, 'get'>;
};

/**
 * Volumes made of ConfigMaps and Secrets that cannot be written yet, in the words of the volume plugins
 * (https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/volume/configmap/configmap.go, secret/secret.go).
 * Volumes with a disk behind them wait elsewhere: whoever attaches them adds their holds to these.
 */
export function heldVolumes(pod: Pod, sources: VolumeSources): readonly VolumeHold[] {
  return (pod.spec.volumes ?? []).flatMap((volume) => {
    const error = parts(volume)
      .map((part) => problem(part, pod.metadata.namespace, sources))
      .find((found) => found !== undefined);
    return error === undefined ? [] : [{ volume: volume.name, error }];
  });
}

/** The event about a failed mount (operation_generator.go, GenerateMountVolumeFunc). */
export const failedMount = ({ volume, error = '' }: VolumeHold): string =>
  `MountVolume.SetUp failed for volume "${volume}" : ${error}`;

type Part = {
  readonly kind: 'configmap' | 'secret';
  readonly name: string;
  readonly optional?: boolean;
  readonly items?: readonly { readonly key: string }[];
};

function parts({ configMap, secret, projected }: VolumeSpec): readonly Part[] {
  return [
    ...(configMap ? [{ ...configMap, kind: 'configmap', name: configMap.name ?? '' } as const] : []),
    ...(secret ? [{ ...secret, kind: 'secret', name: secret.secretName ?? '' } as const] : []),
    ...(projected?.sources ?? []).flatMap((source) => parts(projectedVolume(source))),
  ];
}

type ProjectedSource = NonNullable<NonNullable<VolumeSpec['projected']>['sources']>[number];

const projectedVolume = ({ configMap, secret }: ProjectedSource): VolumeSpec => ({
  name: '',
  ...(configMap ? { configMap } : {}),
  ...(secret ? { secret: { ...secret, secretName: secret.name } } : {}),
});

function problem(
  { kind, name, optional, items = [] }: Part,
  namespace: string | undefined,
  { configMaps, secrets }: VolumeSources,
): string | undefined {
  // Every pod gets its certificate authority by itself; the sandbox does not write that ConfigMap into namespaces.
  if (name === 'kube-root-ca.crt') return undefined;
  const found = kind === 'secret' ? secrets.get(namespace, name) : configMaps.get(namespace, name);
  if (optional) return undefined;
  if (!found) return `${kind} "${name}" not found`;
  const keys = new Set([
    ...Object.keys(found.data ?? {}),
    ...('binaryData' in found ? Object.keys(found.binaryData ?? {}) : []),
  ]);
  const missing = items.find(({ key }) => !keys.has(key));
  if (!missing) return undefined;
  return kind === 'secret'
    ? `references non-existent secret key: ${missing.key}`
    : `configmap references non-existent config key: ${missing.key}`;
}
