import { describe, expect, it } from 'vitest';
import { aNode } from '#lib/testing/build-cluster.ts';
import { at } from '#lib/testing/time.ts';
import { aClaimEvent, aClass, allOf, aVolume, claimCase } from '#lib/diagnosis/claim-case.fixture.ts';
import { diagnose } from '#lib/diagnosis/diagnose.ts';

const found = (input: Parameters<typeof claimCase>[0]) => diagnose(claimCase(input))[0];
const commands = ({ remedies }: ReturnType<typeof found>) =>
  remedies.flatMap((remedy) => remedy.commands).join('\n');
const paths = ({ evidence }: ReturnType<typeof found>) => evidence.flatMap(({ path }) => path ?? []);

describe('a claim that is not there', () => {
  const message = '0/3 nodes are available: persistentvolumeclaim "data" not found. not found';

  it('is proven by looking for it, with the name that was meant', () => {
    const finding = found({ message, claim: 'missing', references: { claimNames: ['date', 'other'] } });
    expect(finding).toMatchObject({
      causeId: 'pvc-not-found',
      certainty: 'proven',
      title: 'Claim data does not exist',
      sentence: 'Claim data does not exist in shop; date does.',
      unchecked: [],
    });
    expect(finding.evidence).toContainEqual({
      kind: 'object',
      text: 'PersistentVolumeClaim shop/data: not found',
    });
    expect(commands(finding)).toContain('metadata: { name: "data", namespace: "shop" }');
  });

  it('is likely, with the permission that is lacking, where only the scheduler says so', () => {
    expect(found({ message, claim: 'unchecked' })).toMatchObject({
      causeId: 'pvc-not-found',
      certainty: 'likely',
      unchecked: [{ what: 'PersistentVolumeClaim data', permission: 'get persistentvolumeclaims in shop' }],
    });
  });

  it('that exists by now needs no remedy', () => {
    expect(found({ message })).toMatchObject({
      certainty: 'likely',
      sentence: 'Claim data was missing and exists now; the scheduler tries again at once.',
      remedies: [],
    });
  });

  it('that is being deleted says what holds it', () => {
    const finding = found({
      message: '0/3 nodes are available: persistentvolumeclaim "data" is being deleted. not found',
      claim: { phase: 'Bound', deletedAt: at('09:30:00') },
    });
    expect(finding).toMatchObject({ certainty: 'proven', title: 'Claim data is being deleted' });
    expect(finding.evidence).toContainEqual(
      expect.objectContaining({ text: 'being deleted, held by kubernetes.io/pvc-protection' }),
    );
  });

  it('of an ephemeral volume is on its way', () => {
    const finding = found({
      message:
        '0/3 nodes are available: waiting for ephemeral volume controller to create the persistentvolumeclaim "web-5f7d-abcde-files". not found',
      pod: { template: { volumes: [{ name: 'files', kind: 'ephemeral', optional: false }] } },
      references: { claims: new Map([['web-5f7d-abcde-files', { state: 'missing' }]]) },
    });
    expect(finding).toMatchObject({ causeId: 'pvc-not-found', certainty: 'likely', remedies: [] });
  });

  it('does not take the place of another reason of the scheduler', () => {
    expect(
      found({ message: '0/3 nodes are available: 3 Insufficient memory.', claim: 'missing' }).causeId,
    ).toBe('insufficient-memory');
  });
});

describe('a claim without a volume', () => {
  it('names the class that does not exist, and those that do', () => {
    const said = aClaimEvent('ProvisioningFailed', 'storageclass.storage.k8s.io "fast-ssd" not found');
    const finding = found({ claim: { storageClass: 'fast-ssd' }, events: [said] });
    expect(finding).toMatchObject({
      causeId: 'pvc-unbound',
      certainty: 'proven',
      sentence: 'Claim data asks for StorageClass fast-ssd, which does not exist; there is standard.',
    });
    expect(paths(finding)).toEqual(
      expect.arrayContaining([
        'persistentvolumeclaims/data status.phase',
        'persistentvolumeclaims/data spec.storageClassName',
      ]),
    );
    // The class is immutable: the claim is made anew with its own size and modes.
    expect(finding.remedies[0]?.commands).toEqual([
      'kubectl delete persistentvolumeclaim data -n shop',
      'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: "data", namespace: "shop" }\nspec:\n  accessModes: ["ReadWriteOnce"]\n  storageClassName: "standard"\n  resources: { requests: { storage: "10Gi" } }',
    ]);
  });

  it('that begins from a snapshot is never offered without it', () => {
    const finding = found({ claim: { storageClass: 'fast-ssd', dataSource: 'VolumeSnapshot nightly' } });
    expect(finding.remedies[0]?.commands).toEqual([
      'kubectl get persistentvolumeclaim data -n shop -o yaml > data.yaml',
      'kubectl replace --force -f data.yaml',
    ]);
    expect(finding.remedies[0]?.detail).toContain('it begins from VolumeSnapshot nightly');
  });

  it('is likely by its event where classes may not be read, and asks for the permission', () => {
    const said = aClaimEvent('ProvisioningFailed', 'storageclass.storage.k8s.io "fast-ssd" not found');
    const storageClasses = { items: [], isWhole: false, permission: 'list storageclasses' };
    expect(
      found({ claim: { storageClass: 'fast-ssd' }, events: [said], references: { storageClasses } }),
    ).toMatchObject({
      certainty: 'likely',
      unchecked: [{ what: 'StorageClasses', permission: 'list storageclasses' }],
    });
  });

  it('without a class, in a cluster without a default', () => {
    const finding = found({
      claim: { storageClass: undefined },
      references: { storageClasses: allOf(aClass({ name: 'gp3', isDefault: false })) },
    });
    expect(finding).toMatchObject({
      certainty: 'proven',
      sentence: 'Claim data names no StorageClass, and the cluster has no default one.',
    });
    expect(commands(finding)).toContain('kubectl patch storageclass gp3 -p');
  });

  it('of a StatefulSet is not changed in place', () => {
    const finding = found({
      owner: { kind: 'StatefulSet', namespace: 'shop', name: 'db', uid: 'db' },
      pod: {
        template: {
          volumes: [{ name: 'data', kind: 'persistentVolumeClaim', refName: 'data-db-0', optional: false }],
        },
      },
      references: {
        claims: new Map([
          [
            'data-db-0',
            {
              state: 'exists',
              value: { ...claimValue(), name: 'data-db-0', storageClass: 'fast-ssd' },
            },
          ],
        ]),
      },
    });
    // Nothing is deleted that is not created again in the same step, or made by the StatefulSet.
    expect(finding.remedies[0]?.commands).toEqual([
      "kubectl get statefulset db -n shop -o yaml | sed 's/storageClassName: fast-ssd$/storageClassName: standard/' | kubectl replace --force --cascade=orphan -f -",
      'kubectl delete persistentvolumeclaim data-db-0 -n shop',
      'kubectl delete pod web-5f7d-abcde -n shop',
    ]);
  });

  it('says what the provisioner answered', () => {
    const text =
      'failed to provision volume with StorageClass "standard": rpc error: code = ResourceExhausted desc = quota SSD_TOTAL_GB exceeded';
    expect(found({ events: [aClaimEvent('ProvisioningFailed', text)] })).toMatchObject({
      certainty: 'proven',
      sentence: 'disk.csi.example makes no volume for claim data: quota SSD_TOTAL_GB exceeded',
    });
  });

  it('tells a provisioner that says nothing from one that is at work', () => {
    const asked = aClaimEvent('ExternalProvisioning', "Waiting for a volume to be created ...'", {
      firstAt: at('09:00:00'),
    });
    const begun = aClaimEvent('Provisioning', 'External provisioner is provisioning volume', {
      firstAt: at('10:04:50'),
    });
    expect(found({ events: [asked] })).toMatchObject({
      certainty: 'likely',
      title: 'The provisioner does not answer',
      sentence:
        'disk.csi.example was asked for the volume of claim data and has not said a word for 1 h 5 min: it may not run.',
    });
    expect(found({ events: [asked, begun] }).sentence).toContain('has been making the volume of claim data');
    const young = { claim: { createdAt: at('10:04:58') } };
    expect(found(young).sentence).toBe(
      'disk.csi.example was asked for the volume of claim data a moment ago.',
    );
  });

  it('is blamed before a scheduler that says nothing, once a node was chosen for it', () => {
    const input = claimCase({ claim: { selectedNode: 'node-2' } });
    const { pod } = input;
    const silent = pod && { ...pod, conditions: [], conditionTimes: [] };
    expect(diagnose({ ...input, pod: silent })[0]).toMatchObject({
      causeId: 'pvc-unbound',
      certainty: 'likely',
    });
  });

  it('that waits for its first consumer is not what the pod waits for', () => {
    const references = { storageClasses: allOf(aClass({ waitsForConsumer: true })) };
    const message = '0/3 nodes are available: 3 Insufficient memory.';
    expect(found({ message, references }).causeId).toBe('insufficient-memory');
  });

  it('lost its volume', () => {
    const finding = found({
      message:
        '0/3 nodes are available: persistentvolumeclaim "data" bound to non-existent persistentvolume "pv-7". not found',
      claim: { phase: 'Lost', volumeName: 'pv-7' },
      references: { namedVolumes: new Map([['pv-7', { state: 'missing' }]]) },
    });
    expect(finding).toMatchObject({
      causeId: 'pvc-unbound',
      certainty: 'proven',
      sentence: 'Claim data was bound to volume pv-7, and that PersistentVolume does not exist any more.',
    });
  });

  it('names a volume that belongs to another claim', () => {
    const value = aVolume({
      name: 'pv-7',
      phase: 'Bound',
      claim: { namespace: 'shop', name: 'old', uid: 'x' },
    });
    expect(
      found({
        claim: { volumeName: 'pv-7' },
        references: { namedVolumes: new Map([['pv-7', { state: 'exists', value }]]) },
      }),
    ).toMatchObject({
      certainty: 'proven',
      sentence: 'Claim data asks for volume pv-7 and no other, which belongs to claim shop/old.',
    });
  });

  it.each([
    ['capacity', { capacity: '5Gi' }, 'pv-1 holds 5Gi, and the claim asks for 10Gi'],
    [
      'access mode',
      { accessModes: ['ReadOnlyMany'] },
      'pv-1 offers ReadOnlyMany, and the claim asks for ReadWriteOnce',
    ],
    [
      'released',
      { phase: 'Released', claim: { namespace: 'shop', name: 'old', uid: 'x' } },
      'pv-1 is still kept for claim shop/old, which is gone (Released)',
    ],
    ['block', { isBlock: true }, 'pv-1 is a Block volume, and the claim asks for Filesystem'],
  ])('made by hand does not fit: %s', (_what, volume, why) => {
    const byHand = aClass({ provisioner: 'kubernetes.io/no-provisioner', waitsForConsumer: true });
    expect(
      found({
        message: "0/3 nodes are available: 3 node(s) didn't find available persistent volumes to bind.",
        references: { storageClasses: allOf(byHand), volumes: allOf(aVolume(volume)) },
      }),
    ).toMatchObject({
      causeId: 'pvc-unbound',
      certainty: 'proven',
      sentence: `No free PersistentVolume fits claim data: ${why}.`,
    });
  });

  it('is not said to fit nowhere when volumes may not be listed', () => {
    const finding = found({ claim: { storageClass: '' } });
    expect(finding).toMatchObject({
      certainty: 'likely',
      unchecked: [{ what: 'PersistentVolumes', permission: 'list persistentvolumes' }],
    });
  });

  it('says so when there are too many volumes to look at', () => {
    const volumes = { items: [], isWhole: false, because: 'there are more than 500' };
    expect(found({ claim: { storageClass: '' }, references: { volumes } }).unchecked).toEqual([
      { what: 'PersistentVolumes: there are more than 500' },
    ]);
  });

  it('that may not be read is told by its events, with the permission that is lacking', () => {
    const said = aClaimEvent('ProvisioningFailed', 'storageclass.storage.k8s.io "fast-ssd" not found');
    expect(found({ claim: 'unchecked', events: [said] })).toMatchObject({
      causeId: 'pvc-unbound',
      certainty: 'likely',
      sentence: 'Claim data asks for StorageClass fast-ssd, which does not exist.',
      unchecked: [{ what: 'PersistentVolumeClaim data', permission: 'get persistentvolumeclaims in shop' }],
    });
  });

  it('does not believe what was said of an older claim of the same name', () => {
    const said = {
      ...aClaimEvent('ProvisioningFailed', 'failed to provision volume with StorageClass "x": no'),
      regarding: { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data', uid: 'before' },
    };
    expect(found({ events: [said] }).sentence).not.toContain('makes no volume');
  });

  it('that is bound by now heals by itself', () => {
    expect(found({ claim: { phase: 'Bound', volumeName: 'pv-1' } })).toMatchObject({
      certainty: 'likely',
      sentence: 'All claims of the pod are bound by now; the scheduler tries again by itself.',
      remedies: [],
    });
  });
});

describe('a volume in another zone', () => {
  const message = "0/2 nodes are available: 2 node(s) didn't match PersistentVolume's node affinity.";
  const zone = 'topology.kubernetes.io/zone';
  const volume = aVolume({
    nodeTerms: [{ labels: [{ key: zone, operator: 'In', values: ['a'] }], fields: [] }],
  });
  const inZone = (name: string, value: string) => aNode({ name, meta: { labels: { [zone]: value } } });
  const told = (nodes: ReturnType<typeof aNode>[]) =>
    found({
      message,
      nodes,
      claim: { phase: 'Bound', volumeName: 'pv-1' },
      references: { namedVolumes: new Map([['pv-1', { state: 'exists', value: volume }]]) },
    });

  it('is proven where no node is in its zone', () => {
    expect(told([inZone('node-b', 'b')])).toMatchObject({
      causeId: 'volume-node-affinity-conflict',
      certainty: 'proven',
      sentence: `Claim data is on volume pv-1, reached only from nodes with ${zone} In (a); there is none.`,
    });
  });

  it('is likely where one is, and names it', () => {
    const finding = told([inZone('node-a', 'a'), inZone('node-b', 'b')]);
    expect(finding.certainty).toBe('likely');
    expect(finding.sentence).toContain('node-a cannot take it now');
  });
});

function claimValue() {
  const lookup = claimCase({}).references.claims?.get('data');
  if (lookup?.state !== 'exists') throw new Error('the fixture has a claim');
  return lookup.value;
}
