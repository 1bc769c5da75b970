import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '#lib/sandbox/cluster.ts';
import { scenarioById } from '#lib/sandbox/scenarios/catalog.ts';
import { fleetSeed } from '#lib/sandbox/scenarios/fleet.ts';
import { playScenario } from '#lib/sandbox/scenarios/scenario-player.ts';
import { createIfMissing } from '#lib/sandbox/scenarios/upsert.ts';

const ROLLED_OUT_WITHIN_MS = 300_000;

/** Deploys what the scenarios are about, and the healthy fleet if asked for; resolves when all of it runs. */
export async function deployWorkloads(
  { api, informers }: Cluster,
  { scenarios, fleet }: { readonly scenarios: readonly string[]; readonly fleet: boolean },
): Promise<void> {
  const seed = [...(fleet ? fleetSeed() : []), ...scenarios.flatMap((id) => scenarioById(id).seed)];
  const inOrder = seed.toSorted((a, b) => Number(b.kind === 'Namespace') - Number(a.kind === 'Namespace'));
  for (const object of inOrder) await createIfMissing(api, object);
  const wanted = seed.filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => metadata);
  const deadline = Date.now() + ROLLED_OUT_WITHIN_MS;
  const pending = (): readonly string[] =>
    wanted
      .filter(({ namespace, name = '' }) => {
        const found = informers.deployments.get(namespace, name);
        return !found || (found.status?.availableReplicas ?? 0) < (found.spec.replicas ?? 1);
      })
      .map(({ namespace, name }) => `${namespace}/${name}`);
  while (pending().length > 0) {
    if (Date.now() > deadline) throw new Error(`These were not rolled out in time: ${pending().join(', ')}`);
    await delay(500);
  }
}

/** Breaks things, one scenario after the other. */
export async function play(cluster: Cluster, scenarios: readonly string[]): Promise<void> {
  for (const id of scenarios) await playScenario(cluster, id);
}
