import type { PodSpec } from '#lib/model/pod-template.ts';
import type { ContainerInput } from '#lib/diagnosis/diagnosis-input.ts';
import {
  changeEvidence,
  exitEvidence,
  fieldEvidence,
  logEvidence,
  specPath,
} from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { searchLog } from '#lib/diagnosis/log-search.ts';
import { rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';

const DENIED = /permission denied|EACCES|Operation not permitted|EPERM\b|AccessDeniedException(?:\[|: )\//i;
const PATH = /['"`\u2018\s([]((?:\.{0,2}\/)[\w./@+-]{1,300})/;

/** Volumes whose owner is decided outside the pod; the kubelet sets `fsGroup` on some of them. */
const OWNED_ELSEWHERE: ReadonlySet<string> = new Set([
  'persistentVolumeClaim',
  'hostPath',
  'nfs',
  'csi',
  'ephemeral',
]);

/**
 * Where servers keep their data: their images give these folders to the right user, so it is a volume mounted there that
 * belongs to another. What a start script gives away with chown is a volume as well. Only asked when the mounts are not known.
 */
const DATA =
  /\/(?:pg)?data\b|(?:^|[^\w/])\/bitnami\/|\/var\/(?:lib\/\w|jenkins_home)|\/(?:prometheus|alertmanager)\b|append.?only file|WiredTiger|data directory|\binitdb\b|\bchown\b|changing ownership/i;

/**
 * The process may not use a path. Under a mounted volume it is the volume's owner, elsewhere the image's: told apart by
 * the mounts of the container.
 */
export const permissionDenied: ContainerRule = (input) => {
  const { container, pod } = input;
  const { exit, spec } = container;
  if (!exit || exit.exitCode === 0) return undefined;
  const hit = searchLog(container.log, DENIED);
  if (!hit) return undefined;
  const path = PATH.exec(` ${hit.line.text}`)?.[1];
  const mount = spec.mounts
    .filter(({ mountPath }) => path === mountPath || path?.startsWith(`${mountPath.replace(/\/$/, '')}/`))
    .toSorted((a, b) => b.mountPath.length - a.mountPath.length)[0];
  const volume = mount && pod.template.volumes.find(({ name }) => name === mount.volume);
  const isVolume = volume !== undefined || (!hasVolumes(pod.template) && DATA.test(hit.line.text));
  const certain = volume
    ? OWNED_ELSEWHERE.has(volume.kind)
    : path?.startsWith('/') && hasVolumes(pod.template);
  const what = path ?? 'a file';
  return finding({
    causeId: isVolume ? 'volume-permission-denied' : 'image-path-permission-denied',
    certainty: certain ? 'likely' : 'possible',
    title: [`May not write ${what}`, 'May not use a file or folder'],
    sentence: isVolume
      ? `${spec.name} may not use ${what}, which is in ${volume ? `volume ${volume.name}` : 'a volume'}: the volume belongs to another user.`
      : `${spec.name} may not use ${what}: it belongs to another user in the image.`,
    raw: hit.line.text,
    container: spec.name,
    evidence: [
      logEvidence(hit.line),
      ...userEvidence(input),
      ...(mount
        ? [fieldEvidence(specPath(container, 'volumeMounts'), `${mount.volume} on ${mount.mountPath}`)]
        : []),
      ...exitEvidence(container),
      ...input.changes.filter(({ path: at }) => /security|volume|image/i.test(at)).map(changeEvidence),
    ],
    candidates: certain ? [] : [isVolume ? IMAGE_OWNED : VOLUME_OWNED],
    remedies: [
      ...(input.changes.length > 0 ? rollbackRemedy(input) : []),
      isVolume
        ? { title: 'Set securityContext.fsGroup to the group of the process', commands: [] }
        : { title: 'Mount an emptyDir there, or change the owner in the image', commands: [] },
    ],
  });
};

/** An exception that names the path is no bug of the app: it comes before "uncaught exception" when the mounts settle it. */
export const permissionDeniedOnPath: ContainerRule = (input) => {
  const found = permissionDenied(input);
  return found?.certainty === 'likely' ? found : undefined;
};

const hasVolumes = ({ containers }: PodSpec) => containers.some(({ mounts }) => mounts.length > 0);

const VOLUME_OWNED = {
  causeId: 'volume-permission-denied',
  sentence: 'The path may be in a volume that belongs to another user.',
  check: 'Compare the path with the volume mounts, and the owner with runAsUser and fsGroup.',
};
const IMAGE_OWNED = {
  causeId: 'image-path-permission-denied',
  sentence: 'The path may come from the image and belong to another user there.',
  check: 'Look at the owner of the path in the image.',
};

function userEvidence({ container, pod }: ContainerInput) {
  const { security } = container.spec;
  const { podSecurity } = pod.template;
  const user = security.runAsUser ?? podSecurity.runAsUser;
  const words = [
    ...(user === undefined ? [] : [`runAsUser ${user}`]),
    ...(podSecurity.fsGroup === undefined ? [] : [`fsGroup ${podSecurity.fsGroup}`]),
  ];
  return words.length === 0 ? [] : [fieldEvidence('spec.securityContext', words.join(', '))];
}
