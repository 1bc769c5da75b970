import { describe, expect, it } from 'vitest';
import { asText, asWire, type Wire } from '#lib/kube/to-model/wire.ts';
import { recordedBytes } from '#lib/testing/recorded-objects.ts';
import { diagnoseOffline } from './diagnose-offline.ts';
import { jsonReport, textReport } from './findings-report.ts';
import { momentOf } from './newest-time.ts';
import { offlineCluster } from './offline-cluster.ts';
import { readManifests } from './read-manifests.ts';
import { sharedCausesOffline } from './shared-causes-offline.ts';

const KINDS = ['pods', 'events', 'deployments', 'replicasets', 'nodes'];
const DAY = 86_400_000;

/** What `kubectl get pods,events,deploy,rs,nodes -A -o json` prints of the cluster that was recorded. */
function recordedDump(more: readonly Wire[] = []): string {
  const items = KINDS.flatMap(
    (kind) => readManifests(recordedBytes(`${kind}.json`).toString(), kind).objects,
  );
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...items, ...more] });
}

function diagnosed(text: string, logs: readonly (readonly [string, string])[] = []) {
  const manifests = readManifests(text, 'dump');
  const cluster = offlineCluster(manifests);
  const now = momentOf(manifests.objects, Date.parse('2030-01-01T00:00:00Z'));
  const found = diagnoseOffline(cluster, { logs: new Map(logs), now });
  const shared = sharedCausesOffline(cluster, found, now);
  return { found, shared, now, unused: cluster.unused };
}

const causes = (input: ReturnType<typeof diagnosed>) =>
  input.found.map(({ incident, findings: [first] }) => `${incident.owner.name}: ${first.causeId}`);

describe('a dump of a cluster', () => {
  it('is told the same causes as the live cluster', () => {
    expect(causes(diagnosed(recordedDump())).toSorted()).toEqual([
      'lab30-redis: wrong-arguments',
      'lab30-web: image-tag-not-found',
    ]);
  });

  it('is judged at the moment it was made, not when it is read', () => {
    const { now, found } = diagnosed(recordedDump());
    for (const { incident } of found) expect(now - incident.sinceAt).toBeLessThan(DAY);
  });

  it('uses the log that was given for a container', () => {
    const pod = readManifests(recordedBytes('pods.json').toString(), 'pods').objects.find((object) =>
      JSON.stringify(object).includes('CrashLoopBackOff'),
    );
    const name = asText(asWire(pod?.['metadata'])['name']);
    const log = '/usr/local/bin/docker-entrypoint.sh: 57: exec: 9090: not found\n';
    const { found } = diagnosed(recordedDump(), [[`${name}/redis`, log]]);
    const texts = found.flatMap(({ findings }) =>
      findings.flatMap(({ evidence }) => evidence.map(({ text }) => text)),
    );
    expect(texts.some((text) => text.includes('exec: 9090: not found'))).toBe(true);
  });

  it('never repeats the values of a Secret or a ConfigMap', () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', namespace: 'lab30' },
      data: { k: 'aHVudGVyMg==' },
    };
    const map = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c', namespace: 'lab30' },
      data: { k: 'hunter3' },
    };
    const input = diagnosed(recordedDump([secret, map]));
    expect(textReport(input) + jsonReport(input)).not.toMatch(/hunter|aHVudGVyMg/);
  });

  it('says what was given and not looked at', () => {
    const input = diagnosed(recordedDump([{ kind: 'Ingress', metadata: { name: 'i' } }]));
    expect(textReport(input)).toContain('Not looked at: 1 Ingress.');
  });

  it('with nothing broken says so', () => {
    const input = diagnosed(
      JSON.stringify({ kind: 'Node', metadata: { name: 'n', creationTimestamp: '2026-11-21T03:00:00Z' } }),
    );
    expect(textReport(input)).toBe('Nothing is broken as of 2026-11-21 03:00:00 UTC.\n');
  });
});

describe('claims and quotas of a dump', () => {
  const metadata = { name: 'db-0', namespace: 'shop', creationTimestamp: '2026-11-21T03:00:00Z' };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: {
      containers: [{ name: 'db', image: 'postgres:16' }],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
    },
    status: {
      phase: 'Pending',
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          lastTransitionTime: '2026-11-21T03:00:00Z',
          message: '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found',
        },
      ],
    },
  };
  const claim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'shop' },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'fast' },
    status: { phase: 'Pending' },
  };
  const storageClass = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'standard' },
    provisioner: 'disk.csi.example',
  };
  const listOf = (...items: readonly object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const first = (...texts: string[]) => diagnosed(texts.join('\n')).found[0]?.findings[0];

  it('a claim and the classes prove what is missing', () => {
    expect(first(listOf(pod, claim, storageClass))).toMatchObject({
      causeId: 'pvc-unbound',
      certainty: 'proven',
      sentence: 'Claim data asks for StorageClass fast, which does not exist; there is standard.',
      unchecked: [],
    });
  });

  it('what is not in the input could not be checked', () => {
    expect(first(listOf(pod))).toMatchObject({
      certainty: 'likely',
      unchecked: [{ what: 'PersistentVolumeClaim data', permission: 'get persistentvolumeclaims in shop' }],
    });
    // One class that was given alone says nothing of the others.
    const finding = first(listOf(pod, claim), JSON.stringify(storageClass));
    expect(finding?.sentence).toBe('Claim data is not bound to a volume.');
  });

  it('a quota proves how much is too much, and none of it is "not looked at"', () => {
    const replicaSet = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'web-1', namespace: 'shop', uid: 'rs', creationTimestamp: '2026-11-21T03:00:00Z' },
      spec: { replicas: 1, template: { spec: { containers: [{ name: 'web' }] } } },
      status: {
        replicas: 0,
        conditions: [
          {
            type: 'ReplicaFailure',
            status: 'True',
            reason: 'FailedCreate',
            lastTransitionTime: '2026-11-21T03:00:00Z',
          },
        ],
      },
    };
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e', namespace: 'shop' },
      involvedObject: { kind: 'ReplicaSet', namespace: 'shop', name: 'web-1', uid: 'rs' },
      type: 'Warning',
      reason: 'FailedCreate',
      message:
        'Error creating: pods "web-1-x" is forbidden: exceeded quota: team, requested: pods=1, used: pods=3, limited: pods=3',
      lastTimestamp: '2026-11-21T03:00:00Z',
    };
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'team', namespace: 'shop' },
      status: { hard: { pods: '3' }, used: { pods: '3' } },
    };
    const input = diagnosed(listOf(replicaSet, event, quota));
    expect(input.found[0]?.findings[0]).toMatchObject({
      causeId: 'quota-exceeded',
      sentence: 'In quota team all 3 of pods are used; the pod asks for 1.',
      unchecked: [],
    });
    expect(textReport(input)).not.toContain('Not looked at');
  });
});
