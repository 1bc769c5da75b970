import { describe, expect, it } from 'vitest';
import { asTextMap, asWire } from '#lib/kube/to-model/wire.ts';
import { toDeployment, toReplicaSet } from '#lib/kube/to-model/workload.ts';
import type { ActionSpec } from '#lib/contract/shared.ts';
import { aRawDeployment, FakeDeployments } from '#lib/testing/fake-deployments.ts';
import { revisionsOf } from '#lib/rollout/revisions-of.ts';
import { actionPlan, type PlanInput } from './action-plan.ts';

const context = { hash: (text: string) => text, odd: () => undefined };
const ROLLBACK: ActionSpec = { type: 'rollback', toRevision: 1 };

/** Revision 1 ran web:1, revision 2 runs web:2. */
function twoRevisions(annotations = {}): FakeDeployments {
  const server = new FakeDeployments(aRawDeployment({ annotations }));
  server.patch([
    { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'ghcr.io/acme/web:2' },
  ]);
  return server;
}
function inputOf(server: FakeDeployments, input: Partial<PlanInput> = {}): PlanInput {
  const deployment = toDeployment(server.deployment, context);
  const replicaSets = server.replicaSets.map((rs) => toReplicaSet(rs, context));
  const revisions = revisionsOf(
    deployment,
    { replicaSets, controllerRevisions: [] },
    { pods: [], availability: new Map() },
  );
  return {
    raw: server.deployment,
    workload: deployment,
    revisions,
    rawRecords: server.replicaSets,
    reason: '',
    ...input,
  };
}
const annotationsOf = (server: FakeDeployments) =>
  asTextMap(asWire(server.deployment['metadata'])['annotations']);

describe('actionPlan', () => {
  it('opens with tests on uid and template, as the GET gave them', () => {
    const server = twoRevisions();
    const plan = actionPlan(inputOf(server), ROLLBACK);
    expect(plan?.patch.slice(0, 2)).toEqual([
      { op: 'test', path: '/metadata/uid', value: 'uid-web' },
      { op: 'test', path: '/spec/template', value: asWire(server.deployment['spec'])['template'] },
    ]);
  });

  it('puts the template of the target back, without the label of its ReplicaSet', () => {
    const server = twoRevisions();
    const before = server.templates[0];
    server.patch(actionPlan(inputOf(server), ROLLBACK)?.patch ?? []);
    expect(server.templates.at(-1)).toBe(before);
    expect(server.replicaSets).toHaveLength(2);
    expect(annotationsOf(server)['deployment.kubernetes.io/revision']).toBe('3');
  });

  it('keeps annotations written after the target revision, unlike kubectl', () => {
    const server = twoRevisions();
    server.patch([{ op: 'add', path: '/metadata/annotations/oncall.example~1note', value: 'keep me' }]);
    server.patch(actionPlan(inputOf(server, { reason: 'crash', intentId: 'i-1' }), ROLLBACK)?.patch ?? []);
    expect(annotationsOf(server)).toMatchObject({
      'oncall.example/note': 'keep me',
      'team.example/owner': 'shop',
      'kubernetes.io/change-cause': 'crash',
      'uncrash.dev/intent': 'i-1',
    });
  });

  it('carries the change-cause of the target, and removes one that describes another revision', () => {
    const server = new FakeDeployments();
    server.patch([
      { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'ghcr.io/acme/web:2' },
      { op: 'add', path: '/metadata/annotations/kubernetes.io~1change-cause', value: 'release 2' },
    ]);
    server.patch(actionPlan(inputOf(server), ROLLBACK)?.patch ?? []);
    expect(annotationsOf(server)['kubernetes.io/change-cause']).toBeUndefined();
    server.patch(actionPlan(inputOf(server), { type: 'rollback', toRevision: 2 })?.patch ?? []);
    expect(annotationsOf(server)['kubernetes.io/change-cause']).toBe('release 2');
  });

  it('says what changes, in numbers and fields', () => {
    expect(actionPlan(inputOf(twoRevisions()), ROLLBACK)).toMatchObject({
      title: 'Roll back shop/web from revision 2 to 1',
      confirmLabel: 'Roll back to 1',
      changes: [{ path: 'containers[web].image', before: 'ghcr.io/acme/web:2', after: 'ghcr.io/acme/web:1' }],
    });
  });

  it.each([
    ['web', '/spec/template/spec/containers/0/image'],
    ['migrate', '/spec/template/spec/initContainers/0/image'],
  ])('sets the image of %s and of nothing else', (container, path) => {
    const plan = actionPlan(inputOf(twoRevisions()), { type: 'set-image', container, image: 'x:3' });
    expect(plan?.patch.filter(({ path: at }) => at.startsWith('/spec')).slice(1)).toEqual([
      { op: 'replace', path, value: 'x:3' },
    ]);
  });

  it('never carries an env value outside the patch itself', () => {
    const { patch: _sentToTheServerOnly, ...shown } = actionPlan(inputOf(twoRevisions()), ROLLBACK) ?? {};
    expect(JSON.stringify(shown)).not.toContain('hunter2');
  });

  it('has no plan for a revision or a container that does not exist', () => {
    expect(actionPlan(inputOf(twoRevisions()), { type: 'rollback', toRevision: 9 })).toBeUndefined();
    expect(
      actionPlan(inputOf(twoRevisions()), { type: 'set-image', container: 'nope', image: 'x:1' }),
    ).toBeUndefined();
  });

  it('makes the annotation map when there is none', () => {
    const server = twoRevisions();
    const { annotations: _none, ...metadata } = asWire(server.deployment['metadata']);
    server.deployment = { ...server.deployment, metadata };
    const plan = actionPlan(inputOf(server, { intentId: 'i-1' }), {
      type: 'set-image',
      container: 'web',
      image: 'x:3',
    });
    server.patch(plan?.patch ?? []);
    expect(annotationsOf(server)['uncrash.dev/intent']).toBe('i-1');
  });
});
