import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Incident } from '#lib/model/incident.ts';
import { FAILURE_FAMILIES, type FailureFamily, type Problem } from '#lib/model/problem.ts';
import { aWorkloadRef } from '#lib/testing/build-workload.ts';
import { at, MINUTE } from '#lib/testing/time.ts';
import { incidentState } from './incident-state.ts';
import { KEEP_RECOVERED_MS, trackIncidents, type TrackContext } from './track-incidents.ts';

const T0 = at('10:00:00');

const problem = (family: FailureFamily, input: Partial<Problem> = {}): Problem => ({
  family,
  owner: aWorkloadRef(),
  pod: { name: 'web-a', uid: 'a' },
  container: 'web',
  reason: 'CrashLoopBackOff',
  sinceAt: T0 - MINUTE,
  restartCount: 1,
  ...input,
});

const track = (
  previous: readonly Incident[],
  problems: readonly Problem[],
  context: Partial<TrackContext> = {},
) =>
  trackIncidents(previous, problems, { cluster: 'prod', now: T0, severityOf: () => 'warning', ...context });

const open = (...problems: readonly Problem[]) => track([], problems).incidents;
const ids = (incidents: readonly Incident[]) => incidents.map(({ id }) => id);

describe('trackIncidents', () => {
  it('opens one incident per owner and family', () => {
    const { incidents, opened, recovered, changed } = track(
      [],
      [problem('crash'), problem('crash', { pod: { name: 'web-b', uid: 'b' } }), problem('image')],
    );
    expect(incidents).toHaveLength(2);
    expect(ids(opened)).toEqual(ids(incidents));
    expect([recovered, changed]).toEqual([[], []]);
    expect(incidents.find(({ family }) => family === 'crash')).toMatchObject({
      cluster: 'prod',
      owner: aWorkloadRef(),
      severity: 'warning',
      sinceAt: T0 - MINUTE,
      problems: [{ pod: { name: 'web-a' } }, { pod: { name: 'web-b' } }],
    });
  });

  it('keeps the same object while nothing changes', () => {
    const incidents = open(problem('crash'));
    const again = track(incidents, [problem('crash')], { now: T0 + MINUTE });
    expect(again.incidents[0]).toBe(incidents[0]);
    expect([again.opened, again.recovered, again.changed]).toEqual([[], [], []]);
  });

  it('keeps the id while the words flap, and reports the change', () => {
    const incidents = open(problem('crash'));
    const flapped = track(incidents, [problem('crash', { reason: 'Error', restartCount: 2 })]);
    expect(ids(flapped.incidents)).toEqual(ids(incidents));
    expect(flapped.opened).toEqual([]);
    expect(flapped.changed).toMatchObject([{ problems: [{ reason: 'Error', restartCount: 2 }] }]);
  });

  it('keeps the id and the beginning when all pods are replaced', () => {
    const incidents = open(problem('crash'));
    const later = problem('crash', { pod: { name: 'web-z', uid: 'z' }, sinceAt: T0 + MINUTE });
    expect(track(incidents, [later]).incidents).toMatchObject([
      { id: incidents[0]?.id, sinceAt: T0 - MINUTE },
    ]);
  });

  it('moves the beginning back when an object proves it', () => {
    const incidents = open(problem('crash'));
    const earlier = problem('crash', { sinceAt: T0 - 10 * MINUTE });
    expect(track(incidents, [earlier]).incidents[0]?.sinceAt).toBe(T0 - 10 * MINUTE);
  });

  it('reports a change of severity', () => {
    const incidents = open(problem('crash'));
    expect(track(incidents, [problem('crash')], { severityOf: () => 'critical' }).changed).toMatchObject([
      { severity: 'critical' },
    ]);
  });

  it('asks for the severity of the whole group, its consequences included', () => {
    const asked: string[] = [];
    track([], [problem('crash'), problem('readiness')], {
      severityOf: ({ family, problems, consequences }) => {
        asked.push(`${family} ${problems.length} ${consequences.length}`);
        return 'warning';
      },
    });
    expect(asked).toEqual(['crash 1 1']);
  });
});

describe('trackIncidents after a recovery', () => {
  const before = open(problem('crash'));
  const healed = track(before, [], { now: T0 + MINUTE });

  it('keeps the incident, marked and without problems', () => {
    expect(healed.recovered).toEqual(healed.incidents);
    expect(healed.incidents).toMatchObject([
      {
        id: before[0]?.id,
        recoveredAt: T0 + MINUTE,
        problems: [],
        sinceAt: T0 - MINUTE,
        severity: 'warning',
      },
    ]);
  });

  it('reports the recovery once and does not move it', () => {
    const again = track(healed.incidents, [], { now: T0 + 5 * MINUTE });
    expect(again.incidents[0]).toBe(healed.incidents[0]);
    expect(again.recovered).toEqual([]);
  });

  it('forgets it after the reset of the back-off and half an hour', () => {
    const last = T0 + MINUTE + KEEP_RECOVERED_MS;
    expect(KEEP_RECOVERED_MS).toBe(40 * MINUTE);
    expect(track(healed.incidents, [], { now: last }).incidents).toHaveLength(1);
    expect(track(healed.incidents, [], { now: last + 1 })).toMatchObject({ incidents: [], recovered: [] });
  });

  it('opens it again under the same id when it comes back', () => {
    const back = track(healed.incidents, [problem('crash', { sinceAt: T0 + 2 * MINUTE })], {
      now: T0 + 3 * MINUTE,
    });
    expect(ids(back.opened)).toEqual(ids(before));
    expect(back.incidents).toHaveLength(1);
    expect(back.incidents[0]).not.toHaveProperty('recoveredAt');
    expect(back.incidents[0]?.sinceAt).toBe(T0 - MINUTE);
  });

  it('drops the consequences with the problems', () => {
    const mixed = open(problem('crash'), problem('readiness', { pod: { name: 'web-b', uid: 'b' } }));
    expect(mixed[0]?.consequences).toHaveLength(1);
    expect(track(mixed, []).incidents[0]).not.toHaveProperty('consequences');
  });
});

describe('trackIncidents when a failure turns out to be a consequence', () => {
  it('replaces the incident without calling it recovered, and keeps its beginning', () => {
    const unready = open(problem('readiness', { sinceAt: T0 - 5 * MINUTE }));
    const now = track(unready, [problem('readiness'), problem('image')]);
    expect(now.incidents.map(({ family }) => family)).toEqual(['image']);
    expect(now.incidents[0]?.sinceAt).toBe(T0 - 5 * MINUTE);
    expect(now.recovered).toEqual([]);
    expect(now.opened).toHaveLength(1);
  });

  it('does so also when only the new failure is left to see', () => {
    const unready = open(problem('readiness', { sinceAt: T0 - 5 * MINUTE }));
    const now = track(unready, [problem('crash', { sinceAt: T0 })]);
    expect(now.incidents).toMatchObject([{ family: 'crash', sinceAt: T0 - 5 * MINUTE }]);
    expect(now.recovered).toEqual([]);
  });

  it('leaves one alone that had recovered before', () => {
    const healed = track(open(problem('readiness', { sinceAt: T0 - 5 * MINUTE })), []).incidents;
    const now = track(healed, [problem('crash', { sinceAt: T0 })]);
    expect(now.incidents.map(({ family, sinceAt }) => [family, sinceAt]).toSorted()).toEqual([
      ['crash', T0],
      ['readiness', T0 - 5 * MINUTE],
    ]);
  });
});

describe('trackIncidents between two attempts', () => {
  const before = open(problem('image'));

  it('holds the incident while the deleted pod is being made again', () => {
    const between = track(before, [], { isServing: () => false });
    expect(between.incidents[0]).toBe(before[0]);
    expect([between.opened, between.recovered, between.changed]).toEqual([[], [], []]);
  });

  it('lets it recover once the owner serves', () => {
    expect(track(before, [], { isServing: () => true }).recovered).toHaveLength(1);
  });

  it('lets it recover when the owner fails for another reason', () => {
    const other = track(before, [problem('scheduling')], { isServing: () => false });
    expect(other.recovered).toMatchObject([{ family: 'image' }]);
  });
});

describe('incidentState', () => {
  const [incident] = open(problem('crash'));
  const stable = problem('crash', { stableSinceAt: T0 });

  it('is open while something fails', () => {
    expect(incident && incidentState(incident)).toBe('open');
    expect(incidentState({ ...(incident as Incident), problems: [stable, problem('crash')] })).toBe('open');
  });

  it('is recovering while everything runs again but may still crash', () => {
    expect(open(stable).map(incidentState)).toEqual(['recovering']);
  });

  it('is recovered once the problems are gone', () => {
    expect(track(open(stable), []).incidents.map(incidentState)).toEqual(['recovered']);
  });
});

describe('trackIncidents of any problems', () => {
  const lists = fc.array(
    fc
      .record({
        family: fc.constantFrom(...FAILURE_FAMILIES),
        name: fc.constantFrom('web', 'api', 'db'),
        pod: fc.constantFrom('a', 'b'),
        reason: fc.constantFrom('CrashLoopBackOff', 'Error', 'OOMKilled'),
        sinceAt: fc.integer({ min: T0 - 60 * MINUTE, max: T0 }),
      })
      .map(({ family, name, pod, reason, sinceAt }) =>
        problem(family, { owner: aWorkloadRef({ name }), pod: { name: pod, uid: pod }, reason, sinceAt }),
      ),
    { maxLength: 10 },
  );

  it('changes nothing when run twice', () => {
    fc.assert(
      fc.property(lists, lists, (first, second) => {
        const { incidents } = track(track([], first).incidents, second);
        const again = track(incidents, second);
        expect(again.incidents).toEqual(incidents);
        expect([again.opened, again.recovered, again.changed]).toEqual([[], [], []]);
      }),
    );
  });

  it('does not depend on the order of the problems', () => {
    fc.assert(
      fc.property(lists, (list) => {
        expect(track([], list.toReversed())).toEqual(track([], list));
      }),
    );
  });

  it('never doubles an id, never moves a beginning forward, and loses no open incident', () => {
    fc.assert(
      fc.property(fc.array(lists, { maxLength: 6 }), (steps) => {
        let incidents: readonly Incident[] = [];
        steps.forEach((problems, step) => {
          const before = new Map(incidents.map((incident) => [incident.id, incident]));
          ({ incidents } = track(incidents, problems, { now: T0 + step * MINUTE }));
          expect(new Set(ids(incidents)).size).toBe(incidents.length);
          for (const incident of incidents) {
            const known = before.get(incident.id);
            if (known) expect(incident.sinceAt).toBeLessThanOrEqual(known.sinceAt);
            expect(incident.recoveredAt === undefined).toBe(incident.problems.length > 0);
          }
          const owners = new Set(problems.map(({ owner }) => owner.name));
          const openOwners = new Set(
            incidents.filter(({ recoveredAt }) => recoveredAt === undefined).map(({ owner }) => owner.name),
          );
          expect(openOwners).toEqual(owners);
        });
      }),
    );
  });
});
