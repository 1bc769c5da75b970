import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActionKind } from '#lib/contract/actions.ts';
import { canonicalJson } from '#lib/kube/to-model/canonical-json.ts';
import { toControllerRevision } from '#lib/kube/to-model/controller-revision.ts';
import { asWire, type Wire } from '#lib/kube/to-model/wire.ts';
import { toRollingWorkload } from '#lib/actions/to-rolling-workload.ts';
import { revisionsOf } from '#lib/rollout/revisions-of.ts';
import { arbitraryWire } from '#lib/testing/arbitrary-wire.ts';
import { patched } from '#lib/testing/json-patched.ts';
import { actionPlan, type PlanInput } from './action-plan.ts';
import { actionRefusals } from './refusals.ts';

const context = { hash: (text: string) => text, odd: () => undefined };
const template = (image: string): Wire => ({
  metadata: { labels: { app: 'db' } },
  spec: {
    containers: [{ name: 'db', image, resources: {}, env: [{ name: 'TOKEN', value: 'hunter2' }] }],
    restartPolicy: 'Always',
  },
});

function setOf(kind: ActionKind, running: Wire): Wire {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'db', namespace: 'shop', uid: 'uid-db', generation: 4, annotations: { note: 'keep' } },
    spec: {
      replicas: 3,
      serviceName: 'db',
      selector: { matchLabels: { app: 'db' } },
      template: running,
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      volumeClaimTemplates: [{ metadata: { name: 'data' } }],
    },
    status: { observedGeneration: 3 },
  };
}

const record = (kind: ActionKind, number: number, of: Wire): Wire => ({
  metadata: {
    name: `db-${number}`,
    namespace: 'shop',
    uid: `uid-${number}`,
    creationTimestamp: `2026-01-15T0${number}:00:00Z`,
    ownerReferences: [{ apiVersion: 'apps/v1', kind, name: 'db', uid: 'uid-db', controller: true }],
  },
  data: { spec: { template: { ...of, $patch: 'replace' } } },
  revision: number,
});

function inputOf(raw: Wire, rawRecords: readonly Wire[], rest: Partial<PlanInput> = {}): PlanInput {
  const workload = toRollingWorkload(raw['kind'] as ActionKind, raw, context);
  const controllerRevisions = rawRecords.map((each) => toControllerRevision(each, context));
  const revisions = revisionsOf(
    workload,
    { replicaSets: [], controllerRevisions },
    { pods: [], availability: new Map() },
  );
  return { raw, workload, revisions, rawRecords, reason: '', ...rest };
}

const UNDO = { type: 'rollback', toRevision: 1 } as const;
const kinds = ['StatefulSet', 'DaemonSet'] as const;
const twoOf = (kind: ActionKind): readonly [Wire, readonly Wire[]] => [
  setOf(kind, template('db:2')),
  [record(kind, 1, template('db:1')), record(kind, 2, template('db:2'))],
];

describe.each(kinds)('the plan for a %s', (kind) => {
  it('puts the template of the target back, whatever it is, and touches nothing else of the spec', () => {
    fc.assert(
      fc.property(arbitraryWire('PodTemplateSpec'), arbitraryWire('PodTemplateSpec'), (before, now) => {
        const raw = setOf(kind, now);
        const plan = actionPlan(inputOf(raw, [record(kind, 1, before), record(kind, 2, now)]), UNDO);
        const after = asWire(patched(raw, plan?.patch ?? [])['spec']);
        expect(canonicalJson(after['template'])).toBe(canonicalJson(before));
        expect({ ...after, template: now }).toEqual(raw['spec']);
      }),
      { numRuns: 50 },
    );
  });

  it('does nothing to a set that was made anew or changed since', () => {
    const [raw, records] = twoOf(kind);
    const patch = actionPlan(inputOf(raw, records), UNDO)?.patch ?? [];
    const metadata = asWire(raw['metadata']);
    expect(() => patched({ ...raw, metadata: { ...metadata, uid: 'other' } }, patch)).toThrow(/rejected/);
    expect(() => patched(setOf(kind, template('db:3')), patch)).toThrow(/rejected/);
    expect(() => patched({ ...raw, status: { replicas: 7 } }, patch)).not.toThrow();
  });

  it('says from which revision to which, and keeps the value of an env to itself', () => {
    const { patch, ...shown } = actionPlan(inputOf(...twoOf(kind), { intentId: 'i-1' }), UNDO) ?? {};
    expect(shown).toMatchObject({
      title: 'Roll back shop/db from revision 2 to 1',
      effect: expect.stringContaining('the template of revision 1 (ControllerRevision db-1)') as string,
      changes: [{ path: 'containers[db].image', before: 'db:2', after: 'db:1' }],
    });
    expect(JSON.stringify(shown)).not.toContain('hunter2');
    expect(JSON.stringify(patch)).toContain('uncrash.dev~1intent');
  });

  it('sets one image', () => {
    const [raw, records] = twoOf(kind);
    const action = { type: 'set-image', container: 'db', image: 'db:3' } as const;
    const after = patched(raw, actionPlan(inputOf(raw, records), action)?.patch ?? []);
    expect(asWire(after['spec'])['template']).toEqual(template('db:3'));
  });

  it('has none for a revision whose record holds no template', () => {
    const [raw, [first = {}, second = {}]] = twoOf(kind);
    expect(actionPlan(inputOf(raw, [{ ...first, data: {} }, second]), UNDO)).toBeUndefined();
  });
});

describe.each(kinds)('an undo of a %s is refused', (kind) => {
  const [raw, records] = twoOf(kind);
  const refusals = (toRevision: number, input = inputOf(raw, records), rest = {}) =>
    actionRefusals({ ...input, readOnly: false, ...rest }, { type: 'rollback', toRevision });

  it('to the running revision, and to another one of the same template', () => {
    expect(refusals(2)).toEqual(['Revision 2 is already running: its template is the current one.']);
    const twins = [record(kind, 1, template('db:2')), ...records.slice(1)];
    expect(refusals(1, inputOf(raw, twins))).toEqual([
      'Revision 1 is already running: its template is the current one.',
    ]);
    expect(refusals(1)).toEqual([]);
  });

  it('to a number that is not there, which may have been given to nobody else', () => {
    expect(refusals(9)).toEqual([
      'Revision 9 has left the history (spec.revisionHistoryLimit is 10), or has another number since somebody rolled back to it.',
    ]);
  });

  it('without the permission, named by its kind', () => {
    expect(refusals(1, inputOf(raw, records), { mayPatch: false })).toEqual([
      `You may not patch ${kind.toLowerCase()}s in namespace shop.`,
    ]);
  });
});
