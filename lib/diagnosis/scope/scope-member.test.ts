import { describe, expect, it } from 'vitest';
import type { Finding } from '#lib/model/finding.ts';
import type { Incident } from '#lib/model/incident.ts';
import type { FailureFamily } from '#lib/model/problem.ts';
import {
  aContainerStatus,
  aCrashLoopingStatus,
  aPod,
  terminated,
  waiting,
  type PodInput,
} from '#lib/testing/build-pod.ts';
import { aContainer } from '#lib/testing/build-template.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { scopeMember } from './scope-member.ts';

const OWNER = { kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'u' };
const found = (causeId: string, raw: string, sentence = ''): Finding =>
  finding({ causeId, certainty: 'likely', title: 't', sentence, raw, container: 'web', evidence: [] });

function touchedBy(about: Finding, pods: readonly PodInput[], family: FailureFamily = 'image') {
  const made = pods.map((pod, index) =>
    aPod({ uid: `p${index}`, name: `web-${index}`, namespace: 'shop', ...pod }),
  );
  const incident: Incident = {
    id: 'i',
    cluster: 'test',
    owner: OWNER,
    family,
    severity: 'critical',
    sinceAt: 0,
    problems: made.map(({ meta, nodeName }) => ({
      family,
      owner: OWNER,
      pod: { name: meta.name, uid: meta.uid, ...(nodeName === undefined ? {} : { nodeName }) },
      reason: 'r',
      sinceAt: 0,
      restartCount: 0,
    })),
  };
  return scopeMember({ incident, state: 'open', finding: about, pods: made }).touches;
}

const pulling = (image: string, more: PodInput = {}): PodInput => ({
  containers: [
    aContainer({ name: 'web', image }),
    aContainer({ name: 'proxy', image: 'quay.io/acme/proxy:1' }),
  ],
  statuses: [aContainerStatus({ name: 'web', image, state: waiting('ImagePullBackOff') })],
  ...more,
});

describe('what a failure touches', () => {
  it('is the registry and the image of the container that fails, not of the one beside it', () => {
    expect(touchedBy(found('registry-server-error', '503'), [pulling('ghcr.io/acme/web:1')])).toMatchObject({
      registry: { name: 'ghcr.io' },
      image: { name: 'ghcr.io/acme/web:1' },
    });
  });

  it('is no registry when its pods pull from two', () => {
    const touches = touchedBy(found('registry-server-error', '503'), [
      pulling('ghcr.io/a/b:1'),
      pulling('quay.io/a/b:1'),
    ]);
    expect(touches.registry).toBeUndefined();
  });

  it('is a node only when all of its failing pods are there', () => {
    const on = (...nodes: string[]) =>
      touchedBy(
        found('cni-plugin-failed', ''),
        nodes.map((nodeName) => ({ nodeName })),
        'sandbox',
      ).node?.name;
    expect(on('node-1', 'node-1')).toBe('node-1');
    expect(on('node-1', 'node-2')).toBeUndefined();
  });

  it.each([
    ['secret-not-found', 'secret "db" not found', 'secret', 'db'],
    ['secret-key-not-found', "couldn't find key password in Secret shop/db", 'secret', 'db'],
    ['configmap-not-found', 'configmap "settings" not found', 'config-map', 'settings'],
    [
      'service-account-not-found',
      'error looking up service account shop/robot: serviceaccount "robot" not found',
      'service-account',
      'robot',
    ],
    [
      'quota-exceeded',
      'pods "x" is forbidden: exceeded quota: team, requested: cpu=1, used: cpu=2, limited: cpu=2',
      'quota',
      'team',
    ],
    [
      'admission-webhook-unavailable',
      'failed calling webhook "gate.acme.example": no endpoints',
      'webhook',
      'gate.acme.example',
    ],
  ] as const)('%s: the object the API names', (causeId, raw, kind, name) => {
    expect(touchedBy(found(causeId, raw), [{}], 'config')[kind]?.name).toBe(name);
  });

  it('of several pull Secrets is the one the finding speaks of', () => {
    const pod = pulling('ghcr.io/acme/web:1', { template: { imagePullSecrets: ['old', 'ghcr'] } });
    const about = found(
      'pull-secret-not-found',
      '',
      'The pull Secret ghcr does not exist in shop; ghcr-pull does.',
    );
    expect(touchedBy(about, [pod]).secret).toMatchObject({ name: 'ghcr', namespace: 'shop' });
  });

  it.each([
    ['dial tcp: connect to db:5432: connection refused', 'db.shop:5432'],
    ['could not connect to //db.data.svc.cluster.local:5432', 'db.data:5432'],
    ['connect ECONNREFUSED localhost:5432', undefined],
    ['dial tcp: lookup ledger on 10.96.0.10:53: no such host', 'ledger.shop'],
  ])('%j speaks of %s: a bare name belongs to its namespace', (raw, name) => {
    expect(touchedBy(found('dependency-unavailable', raw), [{}], 'crash').dependency?.name).toBe(name);
  });
});

describe('the last words of a crash', () => {
  const crashed = (exitCode: number): PodInput => ({
    statuses: [aCrashLoopingStatus({ lastTermination: terminated({ exitCode }) })],
  });
  const line = 'license server refused the company key 4711';
  const keyOf = (raw: string, exitCode = 1, family: FailureFamily = 'crash') =>
    touchedBy(found('app-error-exit', raw), [crashed(exitCode)], family).error?.key;

  it('are the same with other numbers, and others with another code', () => {
    expect(keyOf(line)).toBeDefined();
    expect(keyOf(line.replace('4711', '4712'))).toBe(keyOf(line));
    expect(keyOf(line, 2)).not.toBe(keyOf(line));
  });

  it('differ by whom they speak of: two broken links are not one', () => {
    const refused = (peer: string) =>
      keyOf(`unable to flush the metrics buffer: connect to ${peer}: connection refused`);
    expect(refused('10.0.0.1:9090')).not.toBe(refused('10.0.0.2:9090'));
  });

  it('belong to crashes', () => {
    expect(keyOf(line, 1, 'image')).toBeUndefined();
    expect(keyOf(line, 0)).toBeUndefined();
  });
});
