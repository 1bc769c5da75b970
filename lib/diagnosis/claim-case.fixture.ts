import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { PersistentVolume, StorageClass, VolumeClaim } from '#lib/model/storage.ts';
import { anEvent } from '#lib/testing/build-cluster.ts';
import { anUnschedulablePod, type PodInput } from '#lib/testing/build-pod.ts';
import { at } from '#lib/testing/time.ts';
import type { DiagnosisInput, Listing, References } from './diagnosis-input.ts';
import { aDiagnosisInput, NOTHING_LOOKED_UP } from './rule-case.fixture.ts';

/** What the scheduler says of a claim that has to be bound first. */
export const UNBOUND = '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found';

export const aClaim = (input: Partial<VolumeClaim> = {}): VolumeClaim => ({
  uid: 'claim-1',
  namespace: 'shop',
  name: 'data',
  createdAt: at('09:00:00'),
  finalizers: ['kubernetes.io/pvc-protection'],
  phase: 'Pending',
  storageClass: 'standard',
  requested: '10Gi',
  accessModes: ['ReadWriteOnce'],
  isBlock: false,
  hasSelector: false,
  ...input,
});

export const aClass = (input: Partial<StorageClass> = {}): StorageClass => ({
  name: 'standard',
  provisioner: 'disk.csi.example',
  waitsForConsumer: false,
  isDefault: true,
  topologies: [],
  ...input,
});

export const aVolume = (input: Partial<PersistentVolume> = {}): PersistentVolume => ({
  name: 'pv-1',
  phase: 'Available',
  storageClass: 'standard',
  capacity: '10Gi',
  accessModes: ['ReadWriteOnce'],
  isBlock: false,
  nodeTerms: [],
  ...input,
});

export const allOf = <T>(...items: T[]): Listing<T> => ({ items, isWhole: true });

/** Of the claim `shop/data` of the fixture's pod. */
export const aClaimEvent = (reason: string, message: string, more: Partial<KubeEvent> = {}): KubeEvent =>
  anEvent({
    reason,
    message,
    ...more,
    regarding: { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data', uid: 'claim-1' },
  });

type Case = Partial<Omit<DiagnosisInput, 'references' | 'pod'>> & {
  readonly message?: string;
  readonly pod?: PodInput;
  /** Read with this phase and these fields; `missing` or `unchecked` otherwise. */
  readonly claim?: Partial<VolumeClaim> | 'missing' | 'unchecked';
  readonly references?: Partial<References>;
};

/** A pod without a node that mounts the claim `data`. */
export function claimCase({ message = UNBOUND, pod, claim, references, ...rest }: Case): DiagnosisInput {
  const lookup =
    claim === 'missing' || claim === 'unchecked'
      ? ({ state: claim } as const)
      : ({ state: 'exists', value: aClaim(claim) } as const);
  return aDiagnosisInput({
    ...rest,
    pod: anUnschedulablePod(message, {
      template: {
        volumes: [{ name: 'files', kind: 'persistentVolumeClaim', refName: 'data', optional: false }],
      },
      ...pod,
    }),
    references: {
      ...NOTHING_LOOKED_UP,
      claims: new Map([['data', lookup]]),
      storageClasses: allOf(aClass()),
      ...references,
    },
  });
}
