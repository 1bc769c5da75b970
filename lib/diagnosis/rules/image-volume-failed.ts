import type { Volume } from '#lib/model/pod-template.ts';
import type { ContainerInput } from '#lib/diagnosis/diagnosis-input.ts';
import { fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { type PullClass, pullFailure } from '#lib/diagnosis/pull-failure.ts';
import { editRemedy, rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { startFailure } from '#lib/diagnosis/start-failure.ts';

/**
 * A volume of kind `image` is pulled like the image of a container, and fails in the same words under the name of every
 * container that mounts it: the quoted reference tells which one is meant.
 * https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/4639-oci-volume-source
 */
export const imageVolumeFailed: ContainerRule = (input) => {
  const volumes = mountedImages(input);
  if (volumes.length === 0) return undefined;
  return pullOfVolume(input, volumes) ?? mountOfVolume(input, volumes);
};

function mountedImages({ container, pod }: ContainerInput): readonly Volume[] {
  const mounted = new Set(container.spec.mounts.map(({ volume }) => volume));
  return pod.template.volumes.filter(({ name, reference }) => reference && mounted.has(name));
}

function pullOfVolume(input: ContainerInput, volumes: readonly Volume[]) {
  const failure = pullFailure(input);
  const { image } = input.container.spec;
  if (!failure || failure.image === image) return undefined;
  // The error of the first attempt is not introduced; then it has to name the one and not the other.
  const volume = volumes.find(({ reference = '' }) =>
    failure.image === undefined
      ? failure.text.includes(`"${reference}"`) && !failure.text.includes(image)
      : failure.image === reference,
  );
  if (!volume) return undefined;
  const why = failure.class && WHY[failure.class];
  return finding({
    ...saidOf(input, volume, why ? `: ${why}` : ''),
    certainty: 'proven',
    raw: failure.text,
    evidence: [...failure.evidence, evidenceOf(volume)],
    candidates: [],
  });
}

/** CRI-O puts this word before the error of a mount that went wrong after the pull. */
function mountOfVolume(input: ContainerInput, volumes: readonly Volume[]) {
  const failure = startFailure(input);
  const [volume] = volumes;
  if (!failure || !volume || !/ImageVolumeMountFailed/.test(failure.text)) return undefined;
  return finding({
    ...saidOf(input, volume, ': it was pulled, and the runtime cannot mount it'),
    certainty: volumes.length === 1 ? 'likely' : 'possible',
    raw: failure.text,
    evidence: [...failure.evidence, ...volumes.map(evidenceOf)],
    candidates: [],
  });
}

function saidOf(input: ContainerInput, volume: Volume, why: string) {
  return {
    causeId: 'image-volume-failed',
    title: [`Image volume ${volume.name} fails`, 'The image of a volume fails'] as [string, string],
    sentence: `${input.container.spec.name} mounts the image ${volume.reference ?? ''} as volume ${volume.name}, which the node cannot get${why}.`,
    container: input.container.spec.name,
    remedies: [
      ...rollbackRemedy(input),
      editRemedy(input, `Correct the reference of volume ${volume.name}, or its pull Secret`),
    ],
  };
}

const evidenceOf = ({ name, reference = '' }: Volume) =>
  fieldEvidence(`spec.volumes[${name}].image.reference`, reference);

/** The commonest reasons in short; the raw text has the rest. */
const WHY: Readonly<Partial<Record<PullClass, string>>> = {
  'not-found': 'the registry does not have it',
  'manifest-unknown': 'the registry does not have it',
  'name-unknown': 'the registry does not have it',
  anonymous: 'nothing was offered to its registry',
  'credentials-refused': 'its registry refuses the credentials',
  denied: 'its registry refuses it',
  forbidden: 'its registry refuses it',
  'rate-limit': 'its registry limits pulls',
  dns: 'the node does not resolve its registry',
  'never-pull': 'it is not on the node, and its policy is Never',
  'name-invalid': 'the reference is not one',
  disk: 'the node has no disk space left',
};
