import { describe, expect, it } from 'vitest';
import { badRedisArgs } from '#lib/sandbox/scenarios/lab30.ts';
import { MINUTE } from '#lib/sandbox/scenarios/scenario.ts';
import { TestCluster } from '#lib/sandbox/test-cluster.ts';
import type { CharacterOf } from './kubelet.ts';

/** How often the lab's crashing container was started within three minutes, and how it ended last. */
async function crashes(characterOf?: CharacterOf): Promise<readonly unknown[]> {
  const cluster = await TestCluster.start({ characterOf });
  await cluster.apply(...badRedisArgs.seed, ...badRedisArgs.script.flatMap(({ apply }) => apply));
  await cluster.advance(3 * MINUTE);
  return cluster
    .pods('lab30/lab30-redis')
    .flatMap(({ status }) => status?.containerStatuses ?? [])
    .map(({ restartCount, containerID, lastState }) => [restartCount, containerID, lastState.terminated]);
}

describe('the character of a pod', () => {
  it('decides its chances instead of its uid and its node', async () => {
    const one = await crashes((pod) => `${pod.metadata.labels?.app} one`);
    expect(await crashes((pod) => `${pod.metadata.labels?.app} one`)).toEqual(one);
    expect(await crashes((pod) => `${pod.metadata.labels?.app} other`)).not.toEqual(one);
    expect(await crashes()).not.toEqual(one);
  });
});
