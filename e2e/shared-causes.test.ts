import { beforeAll, describe, expect, it } from 'vitest';
import { SCENARIOS } from '#lib/sandbox/scenarios/catalog.ts';
import type { SharedCause } from '#lib/model/shared-cause.ts';
import { diagnoseOffline, type OfflineFinding } from '#lib/server/offline/diagnose-offline.ts';
import { textReport } from '#lib/server/offline/findings-report.ts';
import { sharedCausesOffline } from '#lib/server/offline/shared-causes-offline.ts';
import { dumpOf } from './scenario-dump.ts';

type Seen = {
  readonly found: readonly OfflineFinding[];
  readonly shared: readonly SharedCause[];
  readonly now: number;
};

async function seenWith(scenarios: readonly string[]): Promise<Seen> {
  const { cluster, logs, now } = await dumpOf(scenarios);
  const found = diagnoseOffline(cluster, { logs, now });
  return { found, shared: sharedCausesOffline(cluster, found, now), now };
}

const namesOf = ({ found }: Seen, { members }: SharedCause): readonly string[] =>
  found
    .filter(({ incident }) => members.includes(incident.id))
    .map(({ incident: { owner } }) => `${owner.namespace}/${owner.name}`)
    .toSorted();

/** A busy machine is no failure. */
const PATIENCE_MS = 240_000;

describe('a registry that fails for nine workloads of four teams', () => {
  let seen: Seen;
  beforeAll(async () => {
    seen = await seenWith(['registry-down-for-many']);
  }, PATIENCE_MS);

  it('is one cause', () => {
    expect(seen.shared).toHaveLength(1);
    expect(seen.shared[0]).toMatchObject({
      factor: { kind: 'registry', name: 'cache.acme.example' },
      workloads: 9,
      namespaces: ['crm', 'editorial', 'finance', 'logistics'],
      certainty: 'likely',
    });
  });

  it('is printed above its workloads', () => {
    const [, , first] = textReport({ ...seen, unused: new Map() }).split('\n');
    expect(first).toMatch(/^CRITICAL|WARNING {2}SHARED CAUSE of 9 incidents/);
  });
});

describe('everything that can break, at once', () => {
  let seen: Seen;
  beforeAll(async () => {
    seen = await seenWith(SCENARIOS.map(({ id }) => id));
  }, PATIENCE_MS);

  it('has nothing in common but what one scenario breaks for several', () => {
    const stories = new Map(
      SCENARIOS.flatMap(({ id, expect: { namespace, workload, others = [] } }) =>
        [`${namespace}/${workload}`, ...others].map((path) => [path, id] as const),
      ),
    );
    for (const cause of seen.shared) {
      const names = namesOf(seen, cause);
      const of = new Set(names.map((name) => stories.get(name)));
      expect([...of], `${cause.sentence} ${names.join(' ')}`).toHaveLength(1);
    }
  });
});

it(
  'three crash loops of three reasons stay three',
  async () => {
    const seen = await seenWith(['app-bug', 'bad-redis-args', 'oom']);
    expect(seen.found.length).toBeGreaterThanOrEqual(3);
    expect(seen.shared).toEqual([]);
  },
  PATIENCE_MS,
);
