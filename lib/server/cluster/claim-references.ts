import type { References } from '#lib/diagnosis/diagnosis-input.ts';
import { claimNamesIn } from '#lib/diagnosis/pod-claims.ts';
import { NO_PROVISIONER } from '#lib/diagnosis/claim-class.ts';
import type { Reader } from '#lib/kube/read-reference.ts';
import { readNames } from '#lib/kube/read-references.ts';
import { readClaim, readStorageClasses, readVolume, readVolumes } from '#lib/kube/read-storage.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { PersistentVolume, StorageClass, VolumeClaim } from '#lib/model/storage.ts';
import type { Answers, Asker } from './answers.ts';

/** A pod with more claims than this is looked at in part. */
const MOST_CLAIMS = 16;
const CLASSES = 'storageclasses';
const VOLUMES = 'persistentvolumes';

type ClaimReferences = Pick<
  References,
  'claims' | 'claimNames' | 'namedVolumes' | 'volumes' | 'storageClasses'
>;

const namesOf = (pod: Pod): readonly string[] =>
  [...new Set(claimNamesIn(pod).map(({ name }) => name))].slice(0, MOST_CLAIMS);
const claimKey = ({ meta }: Pod, name: string) => `claim/${meta.namespace}/${name}`;
const volumeKey = (name: string) => `volume/${name}`;

/** What is known of a pod's claims and of what they need. */
export function claimReferences(answers: Answers, pod: Pod): ClaimReferences {
  const claims = new Map(
    namesOf(pod).map((name) => [name, answers.get<VolumeClaim>(claimKey(pod, name))] as const),
  );
  if (claims.size === 0) return {};
  const volumes = [...claims.values()].flatMap((claim) =>
    claim.state === 'exists' ? (claim.value.volumeName ?? []) : [],
  );
  const names = answers.get<readonly string[]>(`persistentvolumeclaims/${pod.meta.namespace}`);
  return {
    claims,
    ...(names.state === 'exists' ? { claimNames: names.value } : {}),
    namedVolumes: new Map(
      volumes.map((name) => [name, answers.get<PersistentVolume>(volumeKey(name))] as const),
    ),
    volumes: answers.listing<PersistentVolume>(VOLUMES),
    storageClasses: answers.listing<StorageClass>(CLASSES),
  };
}

type Asking = { readonly connection: Reader; readonly signal: AbortSignal; readonly asker: Asker };

/**
 * Asks for the pod's claims, then step by step for what an answer makes worth knowing: near names when one is missing, the
 * classes when one is not bound, the volumes of the cluster only where nobody but a person makes them.
 */
export function wantClaims(answers: Answers, pod: Pod, { connection, signal, asker }: Asking): void {
  const { namespace } = pod.meta;
  const { claims, storageClasses } = claimReferences(answers, pod);
  for (const [name, claim] of claims ?? []) {
    answers.ask(claimKey(pod, name), asker, () => readClaim(connection, { namespace, name }, signal));
    if (claim.state === 'missing') {
      const kind = 'persistentvolumeclaims' as const;
      answers.ask(`${kind}/${namespace}`, asker, () => readNames(connection, { namespace, kind }, signal));
    }
    if (claim.state !== 'exists') continue;
    const { volumeName, phase, storageClass } = claim.value;
    if (volumeName !== undefined)
      answers.ask(volumeKey(volumeName), asker, () => readVolume(connection, volumeName, signal));
    if (phase !== 'Pending') continue;
    answers.ask(CLASSES, asker, () => readStorageClasses(connection, signal));
    const isMadeByDriver = storageClasses?.items.some(
      ({ name: known, provisioner }) => known === storageClass && provisioner !== NO_PROVISIONER,
    );
    if (storageClasses?.isWhole && !isMadeByDriver)
      answers.ask(VOLUMES, asker, () => readVolumes(connection, signal));
  }
}
