import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Revision } from '#lib/model/revision.ts';
import { aRevision } from '#lib/testing/build-cluster.ts';
import { aCondition } from '#lib/testing/build-meta.ts';
import { aContainer, aTemplate } from '#lib/testing/build-template.ts';
import { aDaemonSet, aDeployment, aStatefulSet } from '#lib/testing/build-workload.ts';
import { HOUR, MINUTE } from '#lib/testing/time.ts';
import { lastGoodRevision, rolloutHadCompleted } from './last-good-revision.ts';

const revision = (number: number, input: Partial<Revision> = {}, image = `web:${number}`) =>
  aRevision({
    number,
    template: aTemplate({ hash: `h${number}`, containers: [aContainer({ image })] }),
    ...input,
  });
const current = revision(7, { isCurrent: true });
const progressing = (replicaSet: string) =>
  aCondition('Progressing', 'True', {
    reason: 'NewReplicaSetAvailable',
    message: `ReplicaSet "${replicaSet}" has successfully progressed.`,
  });
const deployment = aDeployment({ template: { hash: 'h7' }, revision: 7, conditions: [] });
const find = (revisions: Revision[], rest: Partial<Parameters<typeof lastGoodRevision>[0]> = {}) =>
  lastGoodRevision({ workload: deployment, revisions, failingImages: new Set(), ...rest });

describe('lastGoodRevision', () => {
  it('prefers the newest that was fully available for 10 min over one that never was', () => {
    const found = find([
      current,
      revision(6, { fullyAvailableMs: 9 * MINUTE }),
      revision(5, { fullyAvailableMs: 3 * HOUR }),
    ]);
    expect(found).toMatchObject({
      revision: { number: 5 },
      proof: 'proven',
      because: 'was fully available for 3 h',
    });
  });

  it('counts exactly 10 min as good', () => {
    expect(find([current, revision(6, { fullyAvailableMs: 10 * MINUTE })])?.proof).toBe('proven');
  });

  it('takes the one with ready pods now when nothing was recorded', () => {
    expect(find([current, revision(6), revision(5, { ready: 2 })])).toMatchObject({
      revision: { number: 5 },
      proof: 'proven',
      because: 'has 2 ready pods now',
    });
  });

  it('takes the one whose rollout completed, unproven', () => {
    const rest = { workload: { ...deployment, conditions: [progressing('web-r4')] } };
    expect(find([current, revision(6), revision(4)], rest)).toMatchObject({
      revision: { number: 4 },
      proof: 'unproven',
    });
  });

  it('falls back to the newest older one, unproven', () => {
    expect(find([current, revision(6), revision(5)])).toMatchObject({
      revision: { number: 6 },
      proof: 'unproven',
    });
  });

  it('never offers an image that is known to fail', () => {
    const failingImages = new Set(['web:6']);
    expect(
      find([current, revision(6, { fullyAvailableMs: HOUR }), revision(5)], { failingImages }),
    ).toMatchObject({
      revision: { number: 5 },
    });
  });

  it('has nothing to offer when the current revision is the only one', () => {
    expect(find([current])).toBeUndefined();
  });

  it('knows that the failure came after the rollout had completed', () => {
    const completed = { ...deployment, conditions: [progressing(current.name)] };
    expect(rolloutHadCompleted(completed, [current])).toBe(true);
    expect(
      rolloutHadCompleted({ ...deployment, conditions: [progressing('web-r6')] }, [current, revision(6)]),
    ).toBe(false);
  });

  it('never names the current template or a failing image, whatever the history', () => {
    const any = fc.record({
      number: fc.integer({ min: 1, max: 9 }),
      ready: fc.integer({ min: 0, max: 2 }),
      fullyAvailableMs: fc.option(fc.integer({ min: 0, max: HOUR }), { nil: undefined }),
      sameTemplate: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(any), fc.array(fc.integer({ min: 1, max: 9 })), (history, failing) => {
        const revisions = history.map(({ sameTemplate, number, ...rest }) => {
          const made = revision(number, rest);
          return sameTemplate ? { ...made, template: { ...made.template, hash: 'h7' } } : made;
        });
        const failingImages = new Set(failing.map((number) => `web:${number}`));
        const found = find([current, ...revisions], { failingImages });
        expect(found?.revision.template.hash).not.toBe('h7');
        expect(found?.revision.images.some((image) => failingImages.has(image)) ?? false).toBe(false);
      }),
    );
  });
});

describe('lastGoodRevision of a set', () => {
  const set = aStatefulSet({
    template: { hash: 'h7' },
    currentRevision: 'web-r5',
    updateRevision: current.name,
  });
  const broken = revision(7, { isCurrent: true });

  it('is the one the update began from, unproven, when nothing was seen', () => {
    expect(find([broken, revision(6), revision(5)], { workload: set })).toMatchObject({
      revision: { number: 5 },
      proof: 'unproven',
      because: 'is the one this update began from',
    });
  });

  it('is for a pod of an older revision what was there before that, never what came later', () => {
    const failing = revision(6, { createdAt: 2 });
    const before = revision(5, { createdAt: 1 });
    const later = revision(7, { isCurrent: true, createdAt: 3, ready: 2 });
    expect(find([later, failing, before], { workload: set, failing })?.revision.number).toBe(5);
    expect(find([later, failing], { workload: set, failing })).toBeUndefined();
  });

  it('is the current one for a pod that an undo has left behind', () => {
    const failing = revision(6, { createdAt: 2 });
    const returned = revision(7, { isCurrent: true, createdAt: 1, ready: 2, wasReturnedTo: true });
    expect(find([returned, failing], { workload: set, failing })).toMatchObject({
      revision: { number: 7, isCurrent: true },
      proof: 'proven',
    });
  });

  it('does not take a set that never had another revision for one whose rollout completed', () => {
    const first = { ...set, currentRevision: current.name };
    expect(rolloutHadCompleted(first, [current])).toBe(false);
    expect(rolloutHadCompleted(first, [{ ...current, wasReturnedTo: true }, revision(6)])).toBe(false);
    expect(rolloutHadCompleted(first, [current, revision(6)])).toBe(true);
    expect(rolloutHadCompleted(set, [current, revision(6)])).toBe(false);
  });

  it('believes of a DaemonSet only what was seen', () => {
    const daemons = aDaemonSet({ template: { hash: 'h7' } });
    expect(rolloutHadCompleted(daemons, [current, revision(6)])).toBe(false);
    expect(rolloutHadCompleted(daemons, [{ ...current, fullyAvailableMs: 1 }, revision(6)])).toBe(true);
  });
});
