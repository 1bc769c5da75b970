import { describe, expect, it } from 'vitest';
import type { Finding } from '#lib/model/finding.ts';
import { scenarioById, SCENARIOS } from '#lib/sandbox/scenarios/catalog.ts';
import type { Scenario } from '#lib/sandbox/scenarios/scenario.ts';
import { diagnoseOffline } from '#lib/server/offline/diagnose-offline.ts';
import { dumpOf } from './scenario-dump.ts';

/** The first finding of each incident of the object the scenario is about, its cause before what else is true. */
async function firstFindings({ id, cause, causeOf, expect: story }: Scenario): Promise<readonly Finding[]> {
  const { cluster, logs, now } = await dumpOf([id]);
  const { kind, namespace, name } = causeOf
    ? { ...causeOf, namespace: '' }
    : { kind: story.kind ?? 'Deployment', namespace: story.namespace, name: story.workload };
  return diagnoseOffline(cluster, { logs, now })
    .filter(
      ({ incident: { owner } }) =>
        owner.kind === kind && owner.namespace === namespace && owner.name === name,
    )
    .map(({ findings: [first] }) => first)
    .toSorted((a, b) => Number(b.causeId === cause) - Number(a.causeId === cause));
}

/** A busy machine is no failure. */
const PATIENCE_MS = 60_000;

describe('the product on what a scenario leaves behind', () => {
  it.each(SCENARIOS.filter(({ cause }) => cause !== undefined))(
    '$id: $cause first, proven or likely',
    async (scenario) => {
      const { cause, alsoTrue = [] } = scenario;
      const [about, ...others] = await firstFindings(scenario);
      expect(about?.causeId, about?.sentence).toBe(cause);
      expect(['proven', 'likely']).toContain(about?.certainty);
      expect(others.map(({ causeId }) => causeId).toSorted()).toEqual([...alsoTrue].toSorted());
    },
    PATIENCE_MS,
  );

  it.each([
    ['storage-class-missing', 'persistentvolumeclaims/'],
    ['volume-provisioning-fails', 'persistentvolumeclaims/'],
    ['quota-exceeded', 'resourcequotas/'],
    ['quota-demands-requests', 'resourcequotas/'],
    ['limit-range-violated', 'limitranges/'],
  ])(
    '%s is proven by a field of %s',
    async (id, path) => {
      const [about] = await firstFindings(scenarioById(id));
      expect(about?.certainty).toBe('proven');
      expect(
        about?.evidence.map((each) => each.path ?? '').filter((each) => each.startsWith(path)),
      ).not.toEqual([]);
    },
    PATIENCE_MS,
  );
});
