import type { ConfigMap } from '#lib/sandbox/client/objects.ts';
import { seconds } from '#lib/sandbox/client/time.ts';
import { WorkQueue } from '#lib/sandbox/client/work-queue.ts';
import type { Cluster } from '#lib/sandbox/cluster.ts';
import { SCENARIOS, scenarioById } from './catalog.ts';
import type { Step } from './scenario.ts';
import { createIfMissing, upsert } from './upsert.ts';

/** Writing `data.play` of this ConfigMap plays scenarios now: `kubectl -n kube-system patch cm sandbox-scenarios ...`. */
export const PLAYER = { kind: 'ConfigMap', namespace: 'kube-system', name: 'sandbox-scenarios' } as const;

/**
 * Watches the player ConfigMap, so that a scenario can be played with kubectl or by a test that only knows the API. A
 * played list is cleared and remembered in `data.played`; an unknown id is answered in `data.error`.
 */
export async function startScenarioPlayer(cluster: Cluster): Promise<void> {
  const { api, clock, activity, report, informers } = cluster;
  const queue = new WorkQueue({ clock, activity, report, process: playRequested });

  async function playRequested(): Promise<void> {
    const asked = informers.configMaps.get(PLAYER.namespace, PLAYER.name)?.data?.play?.trim();
    if (!asked) return;
    const data = await answerTo(asked);
    await api.apply({ verb: 'merge', target: PLAYER, patch: { data: { play: '', ...data } } });
  }

  async function answerTo(asked: string): Promise<Record<string, string | null>> {
    const ids = asked.split(/[\s,]+/).filter((id) => id !== '');
    try {
      for (const id of ids) scenarioById(id);
      for (const id of ids) await playScenario(cluster, id);
      return { played: `${ids.join(',')} at ${seconds(clock.now())}`, error: null };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  }

  informers.configMaps.subscribe(({ object, deleted }: { object: ConfigMap; deleted: boolean }) => {
    const { namespace, name } = object.metadata;
    if (!deleted && namespace === PLAYER.namespace && name === PLAYER.name) queue.add(name);
  });
  const available = SCENARIOS.map(({ id }) => id).join(',');
  const { kind, ...metadata } = PLAYER;
  await createIfMissing(api, { apiVersion: 'v1', kind, metadata, data: { available, play: '' } });
}

/**
 * Breaks things now. What the scenario is about exists in every sandbox and runs well; if somebody deleted it, it is
 * created again first.
 * @throws RangeError for an unknown id.
 */
export async function playScenario({ api, clock, activity, report }: Cluster, id: string): Promise<void> {
  const { seed, script } = scenarioById(id);
  let isNew = false;
  for (const object of seed) isNew = (await createIfMissing(api, object)) || isNew;
  const run = async ({ apply }: Step): Promise<void> => {
    for (const object of apply) await upsert(api, object);
  };
  let delayMs = 0;
  for (const [index, step] of script.entries()) {
    if (index > 0 || isNew) delayMs += step.waitMs ?? 0;
    if (delayMs === 0) await run(step);
    else clock.after(delayMs, () => activity.track(run(step).catch(report)));
  }
}
