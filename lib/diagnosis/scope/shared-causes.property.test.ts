import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FactorKind } from '#lib/model/shared-cause.ts';
import { aMember, folded, SINCE, started } from './scope-case.fixture.ts';
import type { ScopeMember } from './scope-member.ts';

const CAUSES = [
  'registry-server-error',
  'image-pull-timeout',
  'registry-access-denied',
  'secret-not-found',
  'image-tag-not-found',
  'cluster-dns-down',
  'cni-plugin-failed',
  'node-kubelet-stopped',
  'app-error-exit',
  'dependency-unavailable',
  'oom-limit',
  'unknown',
];
/** Few values, so that things coincide; and names nobody would give. */
const NAMES = ['a', 'b', '__proto__', 'constructor', '"],["', '\u202e<b>', ''];
const name = fc.constantFrom(...NAMES);
const touched = fc.record({ key: name, name });
const KINDS: readonly FactorKind[] = ['registry', 'image', 'secret', 'node', 'dependency', 'error'];

const member: fc.Arbitrary<ScopeMember> = fc
  .record({
    id: fc.nat(40),
    causeId: fc.constantFrom(...CAUSES),
    namespace: name,
    state: fc.constantFrom('open' as const, 'recovering' as const, 'recovered' as const),
    after: fc.nat(1_000_000),
    raw: fc.option(fc.string({ unit: 'binary', maxLength: 60 }), { nil: undefined }),
    touches: fc.record(
      Object.fromEntries(KINDS.map((kind) => [kind, fc.option(touched, { nil: undefined })])),
    ),
  })
  .map(({ id, causeId, namespace, state, after, raw, touches }) =>
    aMember({
      path: `${namespace}/w${id}`,
      incidentId: `i${id}`,
      causeId,
      state,
      sinceAt: SINCE + after,
      nodes: touches['node'] ? [touches['node'].name] : [],
      touches,
      ...(raw === undefined ? {} : { raw }),
    }),
  );
const members = fc.uniqueArray(member, { maxLength: 30, selector: ({ incidentId }) => incidentId });

/** After everything that fails, so that the same pods bear witness whoever is looked at. */
const healthy = fc
  .array(fc.record({ node: name, image: fc.constantFrom('a/x:1', 'b.io/x:1') }), { maxLength: 3 })
  .map((pods) =>
    pods.map(({ node, image }, index) =>
      started(`ok/w${index}`, { nodeName: node, image, createdAt: SINCE + 2_000_000 }),
    ),
  );

describe('shared causes, whatever fails', () => {
  it('do not depend on the order of incidents', () => {
    fc.assert(
      fc.property(
        members.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
        ),
        healthy,
        ([list, shuffled], pods) => {
          expect(folded(shuffled, { healthy: pods })).toEqual(folded(list, { healthy: pods }));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('claim every incident once at most, and none that is not there', () => {
    fc.assert(
      fc.property(members, healthy, (list, pods) => {
        const claimed = folded(list, { healthy: pods }).flatMap((cause) => cause.members);
        expect(new Set(claimed).size).toBe(claimed.length);
        const known = new Set(list.map(({ incidentId }) => incidentId));
        for (const id of claimed) expect(known.has(id)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('never take in more because an incident goes', () => {
    fc.assert(
      fc.property(members, healthy, fc.nat(), (list, pods, at) => {
        if (list.length === 0) return;
        const before = folded(list, { healthy: pods }).map((cause) => new Set(cause.members));
        const fewer = list.filter((_, index) => index !== at % list.length);
        for (const cause of folded(fewer, { healthy: pods })) {
          expect(before.some((old) => cause.members.every((id) => old.has(id)))).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('settle: the same incidents seen again give the same causes', () => {
    fc.assert(
      fc.property(members, healthy, (list, pods) => {
        const first = folded(list, { healthy: pods });
        expect(folded(list, { healthy: pods, before: first })).toEqual(first);
      }),
      { numRuns: 100 },
    );
  });
});
