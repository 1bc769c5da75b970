import type { Certainty } from '#lib/model/finding.ts';
import { changeEvidence, waitingEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { editRemedy, rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { configErrorText } from './missing-reference.ts';

type Reading = {
  readonly causeId: string;
  readonly pattern: RegExp;
  readonly title: string;
  readonly says: (match: RegExpExecArray, container: string) => string;
  readonly certainty?: Certainty;
};

/**
 * What else keeps a container's configuration from being put together; the message is complete and reliable.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/kubelet/kubelet_pods.go
 */
const READINGS: readonly Reading[] = [
  {
    causeId: 'subpath-invalid',
    pattern:
      /failed to (?:prepare subPath|create subPath directory) for volumeMount "([^"]{1,253})"|unable to provision SubPath `([^`]{1,400})`|SubPath `([^`]{1,400})` must not|subPath[^\n]{0,200}must not contain '\.\.'/i,
    title: 'A subPath cannot be mounted',
    says: ([, mount, path, absolute], container) =>
      `The subPath ${path ?? absolute ?? (mount ? `of volume ${mount}` : '')} cannot be mounted into ${container}.`.replace(
        '  ',
        ' ',
      ),
  },
  {
    causeId: 'volume-not-declared',
    pattern: /cannot find volume "([^"]{1,253})" to (?:mount|pass) into container/,
    title: 'The volume is not set up',
    says: ([, volume = ''], container) =>
      `${container} mounts volume ${volume}, which the kubelet has not set up for the pod.`,
  },
  {
    causeId: 'missing-config-file',
    pattern:
      /environment variable key "([^"]{1,253})" not found in file "([^"]{1,400})"|couldn't parse env file|cannot find the volume "[^"]{1,253}" referenced by FileKeyRef/,
    title: 'The env file lacks a variable',
    says: ([, key, file], container) =>
      key
        ? `${container} takes ${key} from the file ${file ?? ''}, which does not have it.`
        : `The file ${container} takes its environment from cannot be read.`,
  },
  {
    causeId: 'services-not-synced',
    pattern: /services have not yet been read at least once/,
    title: 'The kubelet has just started',
    says: (_match, container) =>
      `The kubelet has not read the Services yet and makes ${container} as soon as it has.`,
  },
  {
    causeId: 'node-runtime-unhealthy',
    pattern: /failed to sync (?:configmap|secret) cache: timed out/i,
    title: 'The kubelet cannot read its objects',
    says: (_match, container) =>
      `The kubelet of the node gets no answer for a ConfigMap or Secret ${container} needs.`,
    certainty: 'possible',
  },
];

export const configErrorByText: ContainerRule = (input) => {
  const text = configErrorText(input);
  if (text === undefined) return undefined;
  for (const { causeId, pattern, title, says, certainty = 'likely' } of READINGS) {
    const match = pattern.exec(text);
    if (!match) continue;
    const { name } = input.container.spec;
    return finding({
      causeId,
      certainty,
      title,
      sentence: says(match, name),
      raw: text,
      container: name,
      evidence: [
        ...waitingEvidence(input.container),
        ...input.changes.filter(({ path }) => /olume|env/.test(path)).map(changeEvidence),
      ],
      candidates: certainty === 'possible' ? [MISSING] : [],
      remedies:
        causeId === 'services-not-synced'
          ? [{ title: 'Wait: the kubelet tries again within 15 s', commands: [] }]
          : [
              ...(input.changes.length > 0 ? rollbackRemedy(input) : []),
              editRemedy(input, 'Correct the volume, its mount or the reference'),
            ],
    });
  }
  return undefined;
};

const MISSING = {
  causeId: 'configmap-not-found',
  sentence: 'The object may not exist, or the node may not be allowed to read it.',
  check: 'Look for the ConfigMaps and Secrets the pod names.',
};
