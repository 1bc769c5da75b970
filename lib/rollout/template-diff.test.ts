import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aContainer, aProbe, aTemplate } from '#lib/testing/build-template.ts';
import type { ContainerSpec, PodTemplate } from '#lib/model/pod-template.ts';
import { templateDiff } from './template-diff.ts';

const old = (input: Partial<ContainerSpec> = {}) => aTemplate({ hash: 'a', containers: [aContainer(input)] });
const current = (input: Partial<ContainerSpec> = {}) =>
  aTemplate({ hash: 'b', containers: [aContainer(input)] });

describe('templateDiff', () => {
  it('is empty for equal hashes', () => {
    expect(templateDiff(old(), { ...current(), hash: 'a' })).toEqual([]);
  });

  it('admits a difference the model does not carry', () => {
    expect(templateDiff(old(), current())).toEqual([
      { path: 'other fields', before: 'set', after: 'changed' },
    ]);
  });

  it('shows a changed image', () => {
    expect(templateDiff(old({ image: 'web:1' }), current({ image: 'web:2' }))).toEqual([
      { path: 'containers[web].image', before: 'web:1', after: 'web:2' },
    ]);
  });

  it('shows args that replace the CMD of the image as one change', () => {
    expect(templateDiff(old(), current({ args: ['9090', '--save'] }))).toEqual([
      { path: 'containers[web].args', after: '["9090","--save"]' },
    ]);
  });

  it('compares args word by word when both sides set them', () => {
    const before = old({ args: ['serve', '--port', '80'] });
    expect(templateDiff(before, current({ args: ['serve', '--prot', '80', '-v'] }))).toEqual([
      { path: 'containers[web].args[1]', before: '--port', after: '--prot' },
      { path: 'containers[web].args[3]', after: '-v' },
    ]);
  });

  it('says that an env value changed, was set or removed, and never which value it is', () => {
    const before = old({
      env: [
        { name: 'A', valueHash: 'h1' },
        { name: 'B', valueHash: 'h2' },
      ],
    });
    const after = current({
      env: [
        { name: 'A', valueHash: 'h9' },
        { name: 'C', valueHash: 'h3' },
      ],
    });
    expect(templateDiff(before, after)).toEqual([
      { path: 'containers[web].env[A]', before: 'set', after: 'changed' },
      { path: 'containers[web].env[B]', before: 'set', after: 'removed' },
      { path: 'containers[web].env[C]', after: 'set' },
    ]);
  });

  it('names the source of an env variable', () => {
    const key = { kind: 'secretKey', name: 'db', key: 'url', optional: false } as const;
    const before = old({ env: [{ name: 'DB', source: key }] });
    const after = current({ env: [{ name: 'DB', source: { ...key, key: 'uri' } }] });
    expect(templateDiff(before, after)).toEqual([
      { path: 'containers[web].env[DB]', before: 'Secret db key url', after: 'Secret db key uri' },
    ]);
  });

  it('shows the port of a probe by its field', () => {
    const probe = aProbe();
    const moved = aProbe({ handler: { kind: 'http', path: '/healthz', port: 8081, scheme: 'HTTP' } });
    expect(templateDiff(old({ readiness: probe }), current({ readiness: moved }))).toEqual([
      { path: 'containers[web].readinessProbe.httpGet.port', before: '8080', after: '8081' },
    ]);
    expect(templateDiff(old(), current({ liveness: probe }))).toEqual([
      {
        path: 'containers[web].livenessProbe',
        after: 'httpGet :8080/healthz every 10 s, timeout 1 s, 3 failures',
      },
    ]);
  });

  it('shows resources, mounts, added and removed containers, and pod fields', () => {
    const before = aTemplate({
      hash: 'a',
      containers: [aContainer({ resources: { requests: {}, limits: { memory: '1Gi' } } })],
      imagePullSecrets: ['ghcr'],
    });
    const after = aTemplate({
      hash: 'b',
      containers: [
        aContainer({ name: 'proxy', role: 'sidecar', image: 'envoy:1' }),
        aContainer({ mounts: [{ volume: 'tmp', mountPath: '/tmp', readOnly: false }] }),
      ],
      volumes: [{ name: 'tmp', kind: 'emptyDir', optional: false }],
    });
    expect(templateDiff(before, after)).toEqual([
      { path: 'initContainers[proxy]', after: 'envoy:1' },
      { path: 'containers[web].resources.limits.memory', before: '1Gi' },
      { path: 'containers[web].volumeMounts./tmp', after: 'tmp' },
      { path: 'volumes.tmp', after: 'emptyDir' },
      { path: 'imagePullSecrets', before: '["ghcr"]', after: '[]' },
    ]);
  });

  it('shows what it asks of nodes', () => {
    const zone = { key: 'zone', operator: 'In', values: ['d', 'e'] } as const;
    const disk = { key: 'disk', operator: 'Exists', values: [] } as const;
    const nodeTerms = [
      { labels: [zone, disk], fields: [] },
      { labels: [disk], fields: [] },
    ];
    expect(templateDiff(aTemplate({ hash: 'a' }), aTemplate({ hash: 'b', nodeTerms }))).toEqual([
      { path: 'nodeAffinity', after: 'zone In (d, e), disk Exists or disk Exists' },
    ]);
  });

  it('ignores the label the ReplicaSet controller adds', () => {
    const before = aTemplate({ hash: 'a', labels: { app: 'web', 'pod-template-hash': '1' } });
    const after = aTemplate({ hash: 'a2', labels: { app: 'web', 'pod-template-hash': '2' } });
    expect(templateDiff(before, after).map((change) => change.path)).toEqual(['other fields']);
  });
});

const containerArb: fc.Arbitrary<ContainerSpec> = fc
  .record({
    name: fc.constantFrom('a', 'b', 'c'),
    image: fc.constantFrom('x:1', 'x:2'),
    args: fc.option(fc.array(fc.constantFrom('p', 'q'), { maxLength: 3 }), { nil: undefined }),
    valueHash: fc.constantFrom('SECRET-HASH-1', 'SECRET-HASH-2'),
  })
  .map(({ valueHash, ...rest }) => aContainer({ ...rest, env: [{ name: 'TOKEN', valueHash }] }));
const templateArb: fc.Arbitrary<PodTemplate> = fc
  .uniqueArray(containerArb, { selector: (container) => container.name, maxLength: 3 })
  .map((containers) => aTemplate({ containers, hash: JSON.stringify(containers) }));

describe('templateDiff, for any two templates', () => {
  it('is empty exactly when the hashes are equal, and never shows a value hash', () => {
    fc.assert(
      fc.property(templateArb, templateArb, (before, after) => {
        const changes = templateDiff(before, after);
        expect(changes.length === 0).toBe(before.hash === after.hash);
        expect(JSON.stringify(changes)).not.toContain('SECRET-HASH');
      }),
    );
  });

  it('names the same fields in both directions, and no field twice', () => {
    fc.assert(
      fc.property(templateArb, templateArb, (before, after) => {
        const forth = templateDiff(before, after).map((change) => change.path);
        const back = templateDiff(after, before).map((change) => change.path);
        expect(forth.toSorted()).toEqual(back.toSorted());
        expect(new Set(forth).size).toBe(forth.length);
      }),
    );
  });
});
