import { describe, expect, it } from 'vitest';
import { asText, asWire, asWires } from '#lib/kube/to-model/wire.ts';
import { OTHER_KINDS, PAGES_WITH_OTHERS } from './other-kinds.ts';
import { MARKS, PAGE_SIZE, pageOfPods, podsToCreate } from './pods.ts';

const metadataOf = (object: object) => asWire(asWire(object)['metadata']);
const uidsOf = (kind: string, page: number) =>
  OTHER_KINDS.filter((other) => other.kind === kind).flatMap((other) =>
    other.page(page).map((object) => asText(metadataOf(object)['uid'])),
  );

describe('pods to create', () => {
  const pods = podsToCreate(12);

  it('are a page of them, each under its own name', () => {
    const names = new Set(
      pods.map((pod) => `${asText(metadataOf(pod)['namespace'])}/${asText(metadataOf(pod)['name'])}`),
    );
    expect(names.size).toBe(PAGE_SIZE);
  });

  it('have numbers where the pages have marks', () => {
    const text = JSON.stringify(pods);
    for (const mark of Object.values(MARKS)) expect(text).not.toContain(mark);
    expect(metadataOf(pods[0] ?? {})['namespace']).toBe('team-000012-0');
  });

  it('share no name with those of another page', () => {
    const names = (page: number) =>
      podsToCreate(page).map(
        (pod) => `${asText(metadataOf(pod)['namespace'])}/${asText(metadataOf(pod)['name'])}`,
      );
    // Pages 0 and 4 are made of the same variant.
    expect(new Set(names(0)).isDisjointFrom(new Set(names(4)))).toBe(true);
  });

  it('leave to the API server what only it can say', () => {
    const own = new Set(pods.flatMap((pod) => Object.keys(metadataOf(pod))));
    for (const name of ['uid', 'resourceVersion', 'creationTimestamp', 'managedFields', 'generation']) {
      expect(own).not.toContain(name);
    }
  });
});

describe('what stands beside the pods', () => {
  const count = (kinds: readonly string[]) => {
    let sum = 0;
    for (const { kind, page } of OTHER_KINDS) {
      if (!kinds.includes(kind)) continue;
      for (let number = 0; number < PAGES_WITH_OTHERS; number++) sum += page(number).length;
    }
    return sum;
  };

  it('are about 20,000 workloads and as many events', () => {
    const workloads = count(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet']);
    expect(workloads).toBeGreaterThan(19_000);
    expect(workloads).toBeLessThan(21_000);
    expect(count(['Event'])).toBe(20_000);
  });

  it.each([0, 1, 2, 3])('owns every pod of page %i', (page) => {
    const uids = new Set(['ReplicaSet', 'StatefulSet', 'DaemonSet'].flatMap((kind) => uidsOf(kind, page)));
    const owners = pageOfPods(page).pods.map((pod) =>
      asText(asWires(metadataOf(pod)['ownerReferences'])[0]?.['uid']),
    );
    expect(owners.filter((uid) => !uids.has(uid))).toEqual([]);
  });

  it('has a Deployment above every ReplicaSet', () => {
    const deployments = new Set(uidsOf('Deployment', 0));
    const sets = OTHER_KINDS.find(({ kind }) => kind === 'ReplicaSet')?.page(0) ?? [];
    const above = sets.map((set) => asText(asWires(metadataOf(set)['ownerReferences'])[0]?.['uid']));
    expect(above.every((uid) => deployments.has(uid))).toBe(true);
  });

  it('has a uid of its own for every object', () => {
    for (const { kind } of OTHER_KINDS) {
      const uids = uidsOf(kind, 0);
      expect(new Set(uids).size, kind).toBe(uids.length);
    }
  });

  it('says of pods in a crash loop that they are', () => {
    const failing = new Set(
      pageOfPods(0)
        .pods.filter((pod) => JSON.stringify(pod).includes('CrashLoopBackOff'))
        .map((pod) => metadataOf(pod)['uid']),
    );
    const events = OTHER_KINDS.find(({ kind }) => kind === 'Event')?.page(0) ?? [];
    const backOffs = events.filter((event) => asWire(event)['reason'] === 'BackOff');
    expect(backOffs).toHaveLength(20);
    expect(backOffs.every((event) => failing.has(asWire(asWire(event)['involvedObject'])['uid']))).toBe(true);
  });
});
