import { exitEvidence, fieldEvidence, logEvidence, specPath } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { searchLog } from '#lib/diagnosis/log-search.ts';
import { editRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';

/** Python, Ruby, the JVM and embedded Tomcat try all folders for temporary files, and do not say why none was right. */
const NO_FOLDER =
  /No usable temporary directory found|could not find a temporary directory|Unable to create tempDir|temporary upload location \[[^\]]{1,300}\] is not valid|(?:could not|unable to|failed to|cannot|can't) create (?:a )?(?:new )?temp(?:orary)?[ -]?(?:file|dir(?:ectory)?|folder)\b/i;

/** The root file system says it where it is read-only; otherwise the folder's owner or a full disk is left. */
export const noTemporaryFolder: ContainerRule = (input) => {
  const { container } = input;
  const { exit, spec } = container;
  if (!exit || exit.exitCode === 0) return undefined;
  const hit = searchLog(container.log, NO_FOLDER);
  if (!hit) return undefined;
  const isReadOnly = spec.security.readOnlyRootFilesystem === true;
  const mounts = spec.mounts.map(({ mountPath }) => mountPath);
  const hasOwn = mounts.some((path) => /^(?:\/var)?\/tmp\/?$/.test(path));
  return finding({
    causeId: isReadOnly ? 'read-only-filesystem' : 'image-path-permission-denied',
    certainty: isReadOnly && !hasOwn ? 'likely' : 'possible',
    title: 'No folder for temporary files',
    sentence: isReadOnly
      ? `${spec.name} finds no folder it can write temporary files to: its root file system is read-only.`
      : `${spec.name} finds no folder it can write temporary files to.`,
    raw: hit.line.text,
    container: spec.name,
    evidence: [
      logEvidence(hit.line),
      ...(isReadOnly
        ? [fieldEvidence(specPath(container, 'securityContext.readOnlyRootFilesystem'), 'true')]
        : []),
      fieldEvidence(specPath(container, 'volumeMounts'), mounts.join(', ') || 'no mounts'),
      ...exitEvidence(container),
    ],
    candidates: isReadOnly && !hasOwn ? [] : OTHERS,
    remedies: [editRemedy(input, 'Mount an emptyDir on /tmp')],
  });
};

const OTHERS = [
  {
    causeId: 'volume-permission-denied',
    sentence: 'A volume mounted there may belong to another user.',
    check: 'Compare the owner of the folder with runAsUser and fsGroup.',
  },
  {
    causeId: 'evicted-pod-ephemeral-limit',
    sentence: 'The disk, or the size limit of the volume, may be full.',
    check: 'Look at the free space of the folder, and at the limit for ephemeral-storage.',
  },
];
