import type { ContainerSpec, Pod, VolumeSpec } from '#lib/sandbox/client/objects.ts';
import type { ImageUser } from '#lib/sandbox/kubelet/record.ts';

/** What a process of a container may do with paths, from mounts, user and root file system. */
export type FileSystem = {
  readonly canWrite: (path: string) => boolean;
  readonly isMounted: (path: string) => boolean;
  readonly isReadOnly: boolean;
  /** Brought by a ConfigMap or Secret without the bit that lets it be executed. */
  readonly isNotExecutable: (path: string) => boolean;
  /** Brought by a ConfigMap or Secret with that bit. */
  readonly isExecutable: (path: string) => boolean;
};

export function fileSystem(pod: Pod, container: ContainerSpec, user: ImageUser): FileSystem {
  const own = container.securityContext ?? {};
  const shared = pod.spec.securityContext ?? {};
  const uid = own.runAsUser ?? shared.runAsUser ?? user.uid ?? (user.name === undefined ? 0 : 65_534);
  const isReadOnly = own.readOnlyRootFilesystem ?? false;
  const at = (path: string) => mountAt(pod, container, path);
  return {
    isReadOnly,
    isMounted: (path) => at(path) !== undefined,
    canWrite: (path) => {
      const mount = at(path);
      if (!mount) return !isReadOnly && (uid === 0 || path.startsWith('/tmp'));
      if (mount.readOnly || isKeys(mount.volume)) return false;
      // An emptyDir is open to all; a disk belongs to root unless fsGroup shares it.
      return mount.volume.emptyDir !== undefined || uid === 0 || shared.fsGroup !== undefined;
    },
    isNotExecutable: (path) => isBrought(at(path), (mode) => (mode & 0o111) === 0),
    isExecutable: (path) => isBrought(at(path), (mode) => (mode & 0o111) !== 0),
  };
}

const isKeys = ({ configMap, secret, projected }: VolumeSpec): boolean =>
  configMap !== undefined || secret !== undefined || projected !== undefined;

const isBrought = (mount: Mount | undefined, is: (mode: number) => boolean): boolean =>
  mount !== undefined && isKeys(mount.volume) && is(mount.volume.configMap?.defaultMode ?? 0o644);

type Mount = { readonly volume: VolumeSpec; readonly readOnly: boolean };

function mountAt(pod: Pod, { volumeMounts = [] }: ContainerSpec, path: string): Mount | undefined {
  const found = volumeMounts
    .filter(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath.replace(/\/$/, '')}/`))
    .toSorted((a, b) => b.mountPath.length - a.mountPath.length)[0];
  const volume = pod.spec.volumes?.find(({ name }) => name === found?.name);
  return found && volume ? { volume, readOnly: found.readOnly ?? false } : undefined;
}
