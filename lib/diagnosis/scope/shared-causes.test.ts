import { describe, expect, it } from 'vitest';
import { aMember, folded, NOW, outage, REGISTRY, several, SINCE, started } from './scope-case.fixture.ts';
import type { ScopeMember } from './scope-member.ts';
import { LINGER_MS } from './shared-causes.ts';

const MINUTE = 60_000;
const touching = (kind: 'secret' | 'dependency' | 'error' | 'node', name: string) => ({
  [kind]: { key: name, name, namespace: 'shop' },
});

describe('a registry that fails for everybody', () => {
  it('is one cause above its workloads, with its extent', () => {
    const [cause, ...others] = folded(outage(9));
    expect(others).toEqual([]);
    expect(cause).toMatchObject({
      state: 'open',
      factor: { kind: 'registry', name: REGISTRY },
      certainty: 'likely',
      sentence: `Registry ${REGISTRY} does not serve images: 9 workloads in 4 namespaces.`,
      workloads: 9,
      failing: 9,
      pods: 18,
      nodes: ['node-1', 'node-2', 'node-3'],
    });
    expect(cause?.members).toHaveLength(9);
  });

  it('says that nobody else has tried, when nobody has', () => {
    expect(folded(outage(9))[0]?.doubts).toEqual([
      expect.stringMatching(/^Nobody else is known to have pulled/),
    ]);
  });

  it('is told although each says it in other words: 503 here, a time-out there', () => {
    const causes = ['registry-server-error', 'image-pull-timeout', 'registry-unreachable'];
    const mixed = causes.flatMap((causeId, index) =>
      outage(3)
        .slice(index, index + 1)
        .map((one) => ({ ...one, causeId })),
    );
    expect(folded(mixed)).toHaveLength(1);
  });

  it.each<[string, readonly ScopeMember[]]>([
    ['two workloads', outage(2)],
    [
      'three incidents of two workloads',
      [...outage(2), ...outage(1).map((one) => ({ ...one, incidentId: 'other' }))],
    ],
    [
      'one workload at each of three registries',
      several(['a/a', 'b/b', 'c/c']).map((one, index) => ({
        ...one,
        touches: { ...one.touches, registry: { key: `r${index}`, name: `r${index}` } },
      })),
    ],
    [
      'workloads that touch two registries each',
      outage(3).map((one) => ({ ...one, touches: { node: { key: 'node-1', name: 'node-1' } } })),
    ],
    ['causes of their own', outage(5).map((one) => ({ ...one, causeId: 'oom-limit' }))],
    ['nobody knows why', outage(5).map((one) => ({ ...one, causeId: 'unknown' }))],
    [
      'what has recovered',
      outage(5).map((one) => ({ ...one, state: 'recovered' as const, recoveredAt: NOW })),
    ],
  ])('is not claimed of %s', (_what, members) => {
    expect(folded(members)).toEqual([]);
  });
});

describe('somebody who is fine', () => {
  it('and pulled from the registry since refutes it', () => {
    expect(folded(outage(3), { healthy: [started('web/shop')] })).toEqual([]);
  });

  it('is no witness when the pod is older than the trouble', () => {
    expect(folded(outage(3), { healthy: [started('web/shop', { createdAt: SINCE - 1 })] })).toHaveLength(1);
  });

  it('is no witness when the image may have been on the node', () => {
    const [cause] = folded(outage(3), { healthy: [started('web/shop', { policy: 'IfNotPresent' })] });
    expect(cause?.doubts.join(' ')).toContain('may have held already: web/shop');
  });

  it('is no witness with an image from elsewhere', () => {
    expect(
      folded(outage(3), { healthy: [started('web/shop', { image: 'ghcr.io/acme/shop:1' })] }),
    ).toHaveLength(1);
  });

  it('as one in ten leaves it possible, and is named', () => {
    const [cause] = folded(outage(9), { healthy: [started('web/shop')] });
    expect(cause).toMatchObject({ certainty: 'possible' });
    expect(cause?.doubts[0]).toBe('1 workload pulled from it since: web/shop.');
  });

  it('since one that failed alone for a week is no witness against an outage of today', () => {
    const members = outage(9).map((one, index) =>
      index === 0 ? { ...one, sinceAt: SINCE - 7 * 86_400_000 } : one,
    );
    const healthy = Array.from({ length: 20 }, (_, index) =>
      started(`web/app-${index}`, { createdAt: SINCE - MINUTE }),
    );
    expect(folded(members, { healthy })).toHaveLength(1);
  });
});

describe('the narrowest factor that separates', () => {
  const onOneNode = several(['a/a', 'b/b', 'c/c'], { on: 'node-3' });

  const elsewhere = ['web/a', 'web/b', 'web/c'].map((path) => started(path, { nodeName: 'node-1' }));

  it('is the node, when the same registry serves other nodes', () => {
    const [cause] = folded(onOneNode, { healthy: elsewhere });
    expect(cause).toMatchObject({
      factor: { kind: 'registry', name: REGISTRY, node: 'node-3' },
      certainty: 'likely',
    });
    expect(cause?.sentence).toContain('on node node-3');
  });

  it('is not the node for one lucky pull elsewhere', () => {
    expect(folded(onOneNode, { healthy: elsewhere.slice(0, 1) })).toEqual([]);
  });

  it('stays open between node and registry when nobody pulled elsewhere', () => {
    const [cause] = folded(onOneNode);
    expect(cause).toMatchObject({ factor: { kind: 'registry' }, certainty: 'possible' });
    expect(cause?.doubts.join(' ')).toContain('All of them are on node-3: it may be the node.');
  });

  it('is no node of a cluster where nobody is seen to be fine elsewhere', () => {
    const broken = several(['a/a', 'b/b', 'c/c'], { on: 'node-1', causeId: 'cni-plugin-failed' });
    expect(folded(broken)).toEqual([]);
    const fine = ['d/d', 'e/e', 'f/f'].map((path) => started(path, { nodeName: 'node-2' }));
    expect(folded(broken, { healthy: fine })[0]?.factor).toEqual({ kind: 'node', name: 'node-1' });
    const here = started('g/g', { nodeName: 'node-1' });
    expect(folded(broken, { healthy: [...fine, here] })).toEqual([]);
  });

  it('is the whole cluster only with five workloads on several nodes in several namespaces', () => {
    const dns = (count: number) =>
      outage(count).map((one) => ({ ...one, causeId: 'cluster-dns-down', certainty: 'proven' as const }));
    expect(folded(dns(4))).toEqual([]);
    expect(folded(dns(5))[0]?.factor.kind).toBe('cluster');
    expect(folded(dns(5).map((one) => ({ ...one, nodes: ['node-1'] })))).toEqual([]);
  });
});

describe('what an object states', () => {
  const missing = (path: string, secret = 'db') =>
    aMember({ path, causeId: 'secret-not-found', certainty: 'proven', touches: touching('secret', secret) });

  it('is shared by two already, and as sure as it was', () => {
    expect(folded([missing('shop/a'), missing('shop/b')])[0]).toMatchObject({
      factor: { kind: 'secret', name: 'db', namespace: 'shop' },
      certainty: 'proven',
      remedies: [{ commands: ['kubectl get secret db -n shop'] }],
    });
  });

  it('is not shared with another Secret', () => {
    expect(folded([missing('shop/a'), missing('shop/b', 'cache')])).toEqual([]);
  });

  it('counts the workloads of a dead node, not the node itself', () => {
    const node = { workload: { kind: 'Node', namespace: '', name: 'node-1', uid: 'n' } };
    const lost = (path: string, more = {}) =>
      aMember({ path, causeId: 'node-kubelet-stopped', certainty: 'proven', ...more });
    expect(folded([lost('/node-1', node), lost('a/a')])).toEqual([]);
    expect(folded([lost('/node-1', node), lost('a/a'), lost('b/b')])[0]).toMatchObject({
      workloads: 2,
      failing: 3,
    });
  });
});

describe('crashes', () => {
  const crash = (path: string, words: string) =>
    aMember({ path, causeId: 'app-error-exit', certainty: 'possible', touches: touching('error', words) });

  it('with the same last words are grouped, and more is not said', () => {
    const [cause] = folded([crash('a/a', 'w'), crash('b/b', 'w'), crash('c/c', 'w')]);
    expect(cause).toMatchObject({ factor: { kind: 'error' }, certainty: 'possible' });
  });

  it('of one image are more than words', () => {
    const image = { key: 'ghcr.io/acme/tenant:3', name: 'ghcr.io/acme/tenant:3' };
    const tenants = ['a/app', 'b/app', 'c/app'].map((path, index) => {
      const one = crash(path, 'w');
      return { ...one, nodes: [`node-${index}`], touches: { ...one.touches, image } };
    });
    const [cause] = folded(tenants);
    expect(cause).toMatchObject({ certainty: 'likely', doubts: [] });
    expect(cause?.supports[0]?.text).toBe('All of them run ghcr.io/acme/tenant:3');
  });

  it('with nothing in common are not', () => {
    expect(folded([crash('a/a', 'x'), crash('b/b', 'y'), crash('c/c', 'z')])).toEqual([]);
  });
});

describe('a cause that stands', () => {
  const members = outage(9);
  const before = folded(members);
  const recover = (count: number, recoveredAt = NOW) =>
    members.map((one, index) => (index < count ? { ...one, state: 'recovered' as const, recoveredAt } : one));

  it('keeps its id while members come and go', () => {
    const grown = folded(outage(12), { before });
    expect(grown.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(folded(recover(6), { before })[0]).toMatchObject({
      id: before[0]?.id,
      state: 'open',
      failing: 3,
      workloads: 9,
    });
  });

  it('says how many have recovered', () => {
    expect(folded(recover(6), { before })[0]?.doubts.at(-1)).toBe('6 of 9 have recovered.');
  });

  it('does not dissolve because one retry got through', () => {
    const healthy = ['a', 'b'].map((name) => started(`web/${name}`));
    expect(folded(members, { healthy })).toEqual([]);
    expect(folded(members, { healthy, before })).toHaveLength(1);
  });

  it('keeps the last that fails for ten minutes, and then lets it stand alone', () => {
    const last = recover(8);
    expect(folded(last, { before, now: NOW + LINGER_MS - 1 })[0]).toMatchObject({
      state: 'open',
      failing: 1,
    });
    expect(folded(last, { before, now: NOW + LINGER_MS })).toEqual([]);
  });

  it('is recovered when its last member is, and says when', () => {
    const [cause] = folded(recover(9, NOW + MINUTE), { before, now: NOW + 60 * MINUTE });
    expect(cause).toMatchObject({ state: 'recovered', recoveredAt: NOW + MINUTE, failing: 0 });
  });

  it('is gone with the incidents', () => {
    expect(folded([], { before })).toEqual([]);
  });

  it('does not take in what had recovered before', () => {
    const stranger = aMember({ path: 'x/x', state: 'recovered', recoveredAt: SINCE });
    expect(folded([...members, stranger], { before })[0]?.workloads).toBe(9);
  });

  it('counts a crash loop between two crashes as failing', () => {
    const between = members.map((one, index) =>
      index === 0 ? one : { ...one, state: 'recovering' as const },
    );
    expect(folded(between)[0]?.failing).toBe(9);
  });
});

describe('a reader who may see less', () => {
  it('is told of nothing else: fewer members give a smaller cause, or none', () => {
    const visible = outage(9).filter(({ workload }) => workload.namespace !== 'team-0');
    const [cause] = folded(visible, { before: folded(visible) });
    expect(cause).toMatchObject({ workloads: 6, namespaces: ['team-1', 'team-2', 'team-3'] });
    expect(JSON.stringify(cause)).not.toContain('team-0');
    expect(folded(visible.filter(({ workload }) => workload.namespace === 'team-1'))).toEqual([]);
  });
});
