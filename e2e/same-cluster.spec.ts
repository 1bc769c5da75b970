import type { IncidentsResponse } from '#lib/contract/incident-row.ts';
import { clusterTest as test, expect } from './fixtures.ts';
import { type App, startApp } from './processes.ts';

const SCENARIOS =
  'bad-image,bad-redis-args,private-registry,app-bug,oom,readiness-wrong-port,insufficient-memory';

/** What is said about each workload, once every log was read; ids and times differ between two clusters. */
async function verdicts({ url }: App): Promise<readonly string[]> {
  const response = await fetch(`${url}/api/incidents`);
  const { incidents } = (await response.json()) as IncidentsResponse;
  return incidents
    .map(({ workload, family, causeId }) => `${workload.namespace}/${workload.name} ${family} ${causeId}`)
    .toSorted();
}

test.use({ scenarios: SCENARIOS });

test('a cluster reached through its kubeconfig shows the same incidents as sandbox mode', async ({
  cluster,
}) => {
  const apps = [await cluster.startApp(), await startApp(['--sandbox', '--scenario', SCENARIOS])] as const;
  try {
    // Both go on while we look: some of what is broken here says more about itself after its first crash.
    await expect(async () => {
      const [staged, own] = await Promise.all([verdicts(apps[0]), verdicts(apps[1])]);
      expect(own).toEqual(staged);
      expect(staged).toHaveLength(SCENARIOS.split(',').length);
      expect(staged.join('\n')).not.toContain('unknown');
    }).toPass({ timeout: 150_000 });
  } finally {
    await Promise.all(apps.map((app) => app.stop()));
  }
});
