import type { Remedy } from '#lib/model/finding.ts';
import type { StorageClass, VolumeClaim } from '#lib/model/storage.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';
import type { DiagnosisInput } from './diagnosis-input.ts';
import { commandRemedy } from './remedies.ts';
import type { FittingVolume } from './volume-match.ts';

/** The controller looks at claims without a volume again this often. */
const RESYNC = 'The claim binds by itself within 15 s, and the scheduler follows at once.';

type Named = Pick<VolumeClaim, 'namespace' | 'name'>;
export const claimWords = ({ namespace, name }: Named): string =>
  `persistentvolumeclaim ${shellWord(name)} -n ${shellWord(namespace)}`;

export const lookAtClaim = (claim: Named): Remedy =>
  commandRemedy('Look at the claim', [
    `kubectl describe ${claimWords(claim)}`,
    'kubectl get persistentvolumes,storageclasses',
  ]);

export const lookAtProvisioner = (claim: Named, provisioner: string): Remedy =>
  commandRemedy(
    `See whether ${provisioner} runs`,
    [
      'kubectl get csidrivers',
      'kubectl get leases -A',
      'kubectl get pods -A --field-selector=status.phase!=Running',
      `kubectl describe ${claimWords(claim)}`,
    ],
    `Its controller holds a lease named after it. ${RESYNC}`,
  );

export type ClaimWish = {
  readonly storageClass?: string;
  readonly accessModes: readonly string[];
  readonly requested: string;
  readonly isBlock?: boolean;
};

/** YAML in flow form: every value is quoted as JSON, which is YAML too, so that no name can become something else. */
export function claimYaml(
  { namespace, name }: Named,
  { storageClass, accessModes, requested, isBlock }: ClaimWish,
): string {
  const quoted = (value: unknown) => JSON.stringify(value);
  return [
    'apiVersion: v1',
    'kind: PersistentVolumeClaim',
    `metadata: { name: ${quoted(name)}, namespace: ${quoted(namespace)} }`,
    'spec:',
    `  accessModes: [${accessModes.map(quoted).join(', ')}]`,
    ...(storageClass === undefined ? [] : [`  storageClassName: ${quoted(storageClass)}`]),
    ...(isBlock ? ['  volumeMode: Block'] : []),
    `  resources: { requests: { storage: ${quoted(requested)} } }`,
  ].join('\n');
}

const wishOf = (
  { accessModes, requested = '1Gi', isBlock }: VolumeClaim,
  storageClass: string | undefined,
): ClaimWish => ({
  accessModes: accessModes.length > 0 ? accessModes : ['ReadWriteOnce'],
  requested,
  isBlock,
  ...(storageClass === undefined ? {} : { storageClass }),
});

/** Claims named `<template>-<statefulset>-<ordinal>` are made from `volumeClaimTemplates`, which cannot be changed in place. */
const isFromTemplate = ({ owner }: DiagnosisInput, { name }: VolumeClaim): boolean =>
  owner.kind === 'StatefulSet' &&
  /^-\d+$/.test(name.slice(name.lastIndexOf('-'))) &&
  name.includes(`-${owner.name}-`);

/** A claim that holds nothing yet is made anew: what it asks for cannot be changed in place. */
function remake(
  input: DiagnosisInput,
  claim: VolumeClaim,
  wish: ClaimWish,
): Pick<Remedy, 'commands' | 'detail'> {
  const deleted = `kubectl delete ${claimWords(claim)}`;
  if (!isFromTemplate(input, claim)) {
    if (claim.hasSelector || claim.dataSource !== undefined) return rewritten(claim, wish);
    return {
      commands: [deleted, claimYaml(claim, wish)],
      detail: `The claim is not bound, so it holds no data. ${RESYNC}`,
    };
  }
  const { name, namespace } = input.owner;
  const pod = input.pod?.meta.name;
  const isSame = wish.storageClass === claim.storageClass && wish.requested === claim.requested;
  const made = isSame ? AS_IT_IS : remadeSet(input, claim, wish);
  return {
    commands: [
      ...made.commands,
      deleted,
      ...(pod === undefined ? [] : [`kubectl delete pod ${shellWord(pod)} -n ${shellWord(namespace)}`]),
    ],
    detail: isSame
      ? `StatefulSet ${name} makes the claim again.`
      : `${made.detail}volumeClaimTemplates cannot be changed in place, so StatefulSet ${name} is made anew around its pods, which go on. The claim is not bound, so it holds no data. Change the manifest it comes from as well.`,
  };
}

/** What else it asks for, a snapshot to begin from above all, must not get lost on the way. */
function rewritten(claim: VolumeClaim, wish: ClaimWish): Pick<Remedy, 'commands' | 'detail'> {
  const file = shellWord(`${claim.name}.yaml`);
  const kept = claim.dataSource === undefined ? 'its selector' : `that it begins from ${claim.dataSource}`;
  return {
    commands: [`kubectl get ${claimWords(claim)} -o yaml > ${file}`, `kubectl replace --force -f ${file}`],
    detail: `Between the two, write ${wish.storageClass ? `storageClassName ${wish.storageClass} and ` : ''}${wish.requested} into the file; it keeps ${kept}. ${RESYNC}`,
  };
}

const AS_IT_IS = { commands: [], detail: '' };

/** `replace --force --cascade=orphan` deletes the object, leaves its pods, and creates it again as given. */
function remadeSet(
  { owner }: DiagnosisInput,
  { storageClass }: VolumeClaim,
  wish: ClaimWish,
): { readonly commands: readonly string[]; readonly detail: string } {
  const get = `kubectl get statefulset ${shellWord(owner.name)} -n ${shellWord(owner.namespace)} -o yaml`;
  const replace = 'kubectl replace --force --cascade=orphan -f';
  const isPlain = (name: string | undefined) => name !== undefined && /^[a-z][a-z0-9.-]*$/.test(name);
  if (storageClass !== wish.storageClass && isPlain(storageClass) && isPlain(wish.storageClass)) {
    const change = `s/storageClassName: ${storageClass}$/storageClassName: ${wish.storageClass}/`;
    return { commands: [`${get} | sed '${change}' | ${replace} -`], detail: '' };
  }
  const file = shellWord(`${owner.name}.yaml`);
  const wished = wish.storageClass ? `storageClassName ${wish.storageClass} and ` : '';
  return {
    commands: [`${get} > ${file}`, `${replace} ${file}`],
    detail: `Between the first two, write ${wished}${wish.requested} into the file. `,
  };
}

/** The class of a claim is immutable once set: either the class comes, or the claim is made anew. */
export function classRemedies(
  input: DiagnosisInput,
  claim: VolumeClaim,
  meant: string | undefined,
): Remedy[] {
  const classes = input.references.storageClasses?.items ?? [];
  const standard = classes.find(({ isDefault }) => isDefault) ?? classes[0];
  const other = meant ?? standard?.name;
  const missing = claim.storageClass ?? '';
  const provisioner = standard?.provisioner ?? 'PROVISIONER';
  return [
    ...(other === undefined
      ? []
      : [{ title: `Let the claim ask for ${other}`, ...remake(input, claim, wishOf(claim, other)) }]),
    commandRemedy(
      `Create StorageClass ${missing}`,
      [
        [
          'apiVersion: storage.k8s.io/v1',
          'kind: StorageClass',
          `metadata: { name: ${JSON.stringify(missing)} }`,
          `provisioner: ${JSON.stringify(provisioner)}`,
          'volumeBindingMode: WaitForFirstConsumer',
        ].join('\n'),
      ],
      `${standard ? `With the driver of ${standard.name}; its parameters decide what disk it is. ` : ''}${RESYNC}`,
    ),
    lookAtClaim(claim),
  ];
}

/** https://kubernetes.io/docs/concepts/storage/persistent-volumes/#retroactive-default-storageclass-assignment */
export function defaultClassRemedy(classes: readonly StorageClass[]): Remedy {
  const [first, ...others] = classes;
  const name = first && others.length === 0 ? shellWord(first.name) : 'STORAGECLASS';
  const patch = '{"metadata":{"annotations":{"storageclass.kubernetes.io/is-default-class":"true"}}}';
  return commandRemedy(
    first && others.length === 0 ? `Make ${first.name} the default` : 'Make a StorageClass the default',
    [`kubectl patch storageclass ${name} -p '${patch}'`],
    'Claims without a class get it by themselves, those that wait too (Kubernetes 1.28 and newer).',
  );
}

export const lostVolumeRemedies = (input: DiagnosisInput, claim: VolumeClaim): Remedy[] => [
  commandRemedy(
    'Look for the disk first',
    [`kubectl get persistentvolumes`, `kubectl get ${claimWords(claim)} -o yaml`],
    `If the disk was kept, a PersistentVolume ${claim.volumeName ?? ''} made again for it binds by itself, with its data.`,
  ),
  {
    title: 'Else begin with an empty volume',
    ...remake(input, claim, wishOf(claim, claim.storageClass)),
    detail: 'What was on the old volume stays lost.',
  },
];

/** Only the size is wrong: the claim may ask for less, a volume for more. */
export function resizeRemedy(
  input: DiagnosisInput,
  claim: VolumeClaim,
  nearest: FittingVolume | undefined,
): Remedy[] {
  if (nearest?.onlySize === undefined) return [];
  const wish = { ...wishOf(claim, claim.storageClass), requested: nearest.onlySize };
  return [
    { title: `Ask for the ${nearest.onlySize} that ${nearest.name} has`, ...remake(input, claim, wish) },
  ];
}
