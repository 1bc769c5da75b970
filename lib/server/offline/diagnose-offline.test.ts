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
