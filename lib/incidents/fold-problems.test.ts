import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAILURE_FAMILIES, type FailureFamily, type Problem } from '#lib/model/problem.ts';
import { aWorkloadRef } from '#lib/testing/build-workload.ts';
import { at } from '#lib/testing/time.ts';
import { foldProblems } from './fold-problems.ts';

const problem = (family: FailureFamily, input: Partial<Problem> = {}): Problem => ({
  family,
  owner: aWorkloadRef(),
  pod: { name: 'web-a', uid: 'a' },
  container: 'web',
  reason: family,
  sinceAt: at('10:00:00'),
  restartCount: 0,
  ...input,
});

const shape = (problems: readonly Problem[]) =>
  foldProblems(problems).map(({ family, consequences }) =>
    consequences.length === 0 ? family : `${family} > ${consequences.map((each) => each.family).join(' ')}`,
  );

describe('foldProblems', () => {
  it('groups the pods of one owner and family', () => {
    const groups = foldProblems([
      problem('crash', { pod: { name: 'web-b', uid: 'b' } }),
      problem('crash'),
      problem('crash', { owner: aWorkloadRef({ name: 'api' }) }),
    ]);
    expect(groups.map(({ owner, problems }) => [owner.name, problems.map(({ pod }) => pod?.name)])).toEqual([
      ['api', ['web-a']],
      ['web', ['web-a', 'web-b']],
    ]);
  });

  it.each<[FailureFamily[], string[]]>([
    [['readiness'], ['readiness']],
    [['rollout'], ['rollout']],
    [['crash', 'readiness'], ['crash > readiness']],
    [['image', 'rollout', 'readiness'], ['image > readiness rollout']],
    [['readiness', 'rollout'], ['readiness > rollout']],
    [['admission', 'rollout'], ['admission > rollout']],
    [['job', 'crash'], ['job > crash']],
    [
      ['crash', 'image'],
      ['image', 'crash'],
    ],
    [
      ['crash', 'image', 'readiness'],
      ['image > readiness', 'crash'],
    ],
    [
      ['eviction', 'readiness'],
      ['eviction', 'readiness'],
    ],
    [
      ['scheduling', 'crash'],
      ['scheduling', 'crash'],
    ],
  ])('of %j makes %j', (families, expected) => {
    expect(shape(families.map((family) => problem(family)))).toEqual(expected);
  });

  it('does not blame another owner', () => {
    const other = problem('readiness', { owner: aWorkloadRef({ name: 'api' }) });
    expect(shape([problem('crash'), other])).toEqual(['readiness', 'crash']);
  });

  it('does not blame a crash that is only remembered', () => {
    const stable = problem('crash', { stableSinceAt: at('10:04:00') });
    expect(shape([stable, problem('readiness', { pod: { name: 'web-b', uid: 'b' } })])).toEqual([
      'crash',
      'readiness',
    ]);
  });

  it('takes a doubled report once, the earliest of them', () => {
    const [group] = foldProblems([
      problem('crash', { sinceAt: at('10:01:00') }),
      problem('crash'),
      problem('crash'),
    ]);
    expect(group?.problems).toEqual([problem('crash')]);
  });

  it('prefers an owner that was read to one that was guessed', () => {
    const guessed = problem('crash', { owner: aWorkloadRef({ uid: '' }), pod: { name: 'web-0', uid: '0' } });
    expect(foldProblems([guessed, problem('crash')])[0]?.owner.uid).toBe('shop/web');
  });

  it('gives the same groups for any order, loses no pod and doubles none', () => {
    const problems = fc.array(
      fc
        .record({
          family: fc.constantFrom(...FAILURE_FAMILIES),
          name: fc.constantFrom('web', 'api'),
          pod: fc.constantFrom('a', 'b', 'c'),
          sinceAt: fc.nat(5),
          stableSinceAt: fc.constantFrom(undefined, 7),
        })
        .map(({ family, name, pod, ...rest }) =>
          problem(family, { owner: aWorkloadRef({ name }), pod: { name: pod, uid: pod }, ...rest }),
        ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(problems, fc.array(fc.nat()), (list, keys) => {
        const shuffled = list
          .map((each, index) => ({ each, key: keys[index] ?? 0 }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ each }) => each);
        const groups = foldProblems(list);
        expect(foldProblems(shuffled)).toEqual(groups);
        const places = (all: readonly Problem[]) =>
          all.map((each) => `${each.owner.name} ${each.family} ${each.pod?.name}`);
        const kept = places(groups.flatMap((group) => [...group.problems, ...group.consequences]));
        expect(kept.toSorted()).toEqual([...new Set(places(list))].toSorted());
      }),
    );
  });
});
