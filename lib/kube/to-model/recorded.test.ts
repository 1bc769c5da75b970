import { describe, expect, it } from 'vitest';
import { asText, asWire, asWires } from './wire.ts';
import { RECORDED_KINDS, recordedBytes, recordedList, recordedWatch } from '#lib/testing/recorded-objects.ts';

/** What the raw objects say, read without the code under test. */
const rawItems = (kind: string) =>
  asWires(asWire(JSON.parse(recordedBytes(`${kind}.json`).toString())).items);

describe('objects of a real API server', () => {
  it.each(RECORDED_KINDS)('%s hold no field we do not understand', async (kind) => {
    const { objects, odd } = await recordedList(kind);
    expect(odd).toEqual([]);
    expect(objects.length).toBeGreaterThan(0);
    expect(objects).toHaveLength(rawItems(kind).length);
  });

  it.each(RECORDED_KINDS)('%s were recorded in protobuf too', (kind) => {
    const bytes = recordedBytes(`${kind}.pb`);
    expect(bytes.subarray(0, 4).toString('latin1')).toBe('k8s\0');
    for (const { metadata } of rawItems(kind))
      expect(bytes.includes(asText(asWire(metadata).uid))).toBe(true);
  });

  it('a watch tells the life of a crashing pod, older states included', async () => {
    const { objects, odd } = await recordedWatch();
    expect(odd).toEqual([]);
    const states = objects.map(({ statuses }) => statuses[0]?.state.kind);
    expect(states[0]).toBeUndefined();
    expect(states).toContain('terminated');
    const restarts = objects.map(({ statuses }) => statuses[0]?.restartCount ?? 0);
    expect(restarts).toEqual(restarts.toSorted((a, b) => a - b));
    expect(restarts.at(-1)).toBeGreaterThanOrEqual(2);
  });

  it('every pod is owned by a replica set, every replica set by a deployment that was recorded', async () => {
    const pods = (await recordedList('pods')).objects;
    const replicaSets = (await recordedList('replicasets')).objects;
    const deployments = (await recordedList('deployments')).objects;
    for (const { meta } of pods)
      expect(replicaSets.filter((owner) => owner.meta.uid === meta.owner?.uid)).toHaveLength(1);
    for (const { meta } of replicaSets)
      expect(deployments.filter((owner) => owner.meta.uid === meta.owner?.uid)).toHaveLength(1);
  });

  it('a deployment and the replica set of its revision have the same template, an older one another', async () => {
    const replicaSets = (await recordedList('replicasets')).objects;
    for (const { meta, revision, template } of (await recordedList('deployments')).objects) {
      const own = replicaSets.filter(({ meta: { owner } }) => owner?.uid === meta.uid);
      expect(own.length).toBeGreaterThan(1);
      const same = own.filter((each) => each.template.hash === template.hash);
      expect(same.map((each) => each.revision)).toEqual([revision]);
    }
  });

  it('an event of the scheduler has the time the others keep in other fields', async () => {
    const { objects } = await recordedList('events');
    const scheduled = objects.filter(({ component }) => component === 'default-scheduler');
    expect(scheduled.length).toBeGreaterThan(0);
    for (const { firstAt, lastAt, count } of objects) {
      expect(firstAt).toBeGreaterThan(Date.UTC(2020, 0));
      expect(lastAt).toBeGreaterThanOrEqual(firstAt);
      expect(count).toBeGreaterThan(0);
    }
    const pods = (await recordedList('pods')).objects;
    for (const { regarding } of scheduled)
      expect(pods.some(({ meta }) => meta.uid === regarding.uid)).toBe(true);
  });
});
