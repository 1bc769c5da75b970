import { describe, expect, it } from 'vitest';
import { createJsonDecoder } from '#lib/kube/json-decoder.ts';
import { createProtobufDecoder } from '#lib/kube/protobuf/protobuf-decoder.ts';
import type { Pod } from '#lib/model/pod.ts';
import { encodeEvent, encodeList } from '#lib/testing/encode-protobuf.ts';
import type { ToModelContext } from './context.ts';
import { KnownParts } from './known-parts.ts';
import { toPod } from './pod.ts';
import { Portion } from './portion.ts';
import { SharedValues } from './shared-values.ts';
import { createValueHash } from './value-hash.ts';
import type { Wire } from './wire.ts';

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

type Input = { name: string; token: string; node?: string; password?: string; volumes?: Wire[] };

function pod({ name, token, node = 'node-1', password = 'CANARY-1', volumes = [] }: Input): Wire {
  return {
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${name}`,
      creationTimestamp: '2026-11-21T02:00:00Z',
      labels: { app: 'web' },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'rs-1', controller: true },
      ],
    },
    spec: {
      volumes: [...volumes, { name: token, projected: {} }],
      containers: [
        {
          name: 'app',
          image: 'app:1',
          env: [{ name: 'PASSWORD', value: password }],
          resources: {},
          volumeMounts: [{ name: token, mountPath: TOKEN_PATH }],
        },
      ],
      nodeName: node,
    },
    status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-11-21T02:00:09Z' }] },
  };
}

/** Both decoders as the informer makes them. */
function decoders(odd: string[] = []) {
  const base = { hash: createValueHash(Buffer.from('k')), odd: (path: string) => odd.push(path) };
  const values = new SharedValues();
  const json: ToModelContext = { ...base, values, parts: new KnownParts(), text: values.share };
  return {
    json: createJsonDecoder<Pod>((object) => toPod(object, json), { parts: json.parts }),
    protobuf: createProtobufDecoder<Pod>('pods', (object) => toPod(object, { ...base, values })),
  };
}

const METADATA = { resourceVersion: '1' };

async function* bodyOf(...pieces: readonly Buffer[]) {
  for (const piece of pieces) yield await Promise.resolve(piece);
}

async function listed(encoding: Encoding, items: Wire[], all: ReturnType<typeof decoders>) {
  const inJson = () => Buffer.from(JSON.stringify({ kind: 'PodList', metadata: METADATA, items }));
  const pods: Pod[] = [];
  const bytes = encoding === 'json' ? inJson() : encodeList('Pod', METADATA, items);
  await all[encoding].list(bodyOf(bytes), (each) => pods.push(each));
  return pods;
}

async function watched(encoding: Encoding, items: Wire[], all: ReturnType<typeof decoders>) {
  const inJson = (object: Wire) => Buffer.from(`${JSON.stringify({ type: 'ADDED', object })}\n`);
  const pods: Pod[] = [];
  const events = items.map((object) =>
    encoding === 'json' ? inJson(object) : encodeEvent('ADDED', 'Pod', object),
  );
  for await (const batch of all[encoding].watch(bodyOf(...events))) {
    for (const event of batch) if (event.type === 'ADDED' && event.object) pods.push(event.object);
  }
  return pods;
}

type Encoding = 'json' | 'protobuf';

describe.each([
  ['json', 'list', listed],
  ['json', 'watch', watched],
  ['protobuf', 'list', listed],
  ['protobuf', 'watch', watched],
] as const)('pods in %s of a %s', (encoding, _how, readAs) => {
  const read = (items: Wire[], all = decoders()) => readAs(encoding, items, all);

  it('of one workload hold one template, whatever their token volume and node are called', async () => {
    const [a, b] = await read([
      pod({ name: 'a', token: 'kube-api-access-x7k2p' }),
      pod({ name: 'b', token: 'kube-api-access-9vq4d', node: 'node-2' }),
    ]);
    expect(a?.template).toBe(b?.template);
    expect(a?.meta.labels).toBe(b?.meta.labels);
    expect(a?.meta.owner).toBe(b?.meta.owner);
    expect(a?.conditions).toBe(b?.conditions);
    expect([a?.nodeName, b?.nodeName]).toEqual(['node-1', 'node-2']);
    const [mount] = a?.template.containers[0]?.mounts ?? [];
    expect(mount).toMatchObject({ volume: 'kube-api-access-*****', mountPath: TOKEN_PATH });
    expect(a?.template.volumes.map(({ name }) => name)).toEqual([mount?.volume]);
  });

  it('that differ in one environment value are told apart', async () => {
    const [a, b] = await read([
      pod({ name: 'a', token: 'kube-api-access-x7k2p' }),
      pod({ name: 'b', token: 'kube-api-access-x7k2p', password: 'CANARY-2' }),
    ]);
    const hashOf = (each: Pod | undefined) => each?.template.containers[0]?.env[0]?.valueHash;
    expect(hashOf(a)).not.toBe(hashOf(b));
    expect(a?.template.volumes).toBe(b?.template.volumes);
  });

  it('with volumes of their own share their containers', async () => {
    const claim = (name: string) => ({ name: 'data', persistentVolumeClaim: { claimName: name } });
    const [a, b] = await read([
      pod({ name: 'a', token: 'kube-api-access-x7k2p', volumes: [claim('data-a')] }),
      pod({ name: 'b', token: 'kube-api-access-9vq4d', volumes: [claim('data-b')] }),
    ]);
    expect(a?.template.containers).toBe(b?.template.containers);
    expect(b?.template.volumes[0]?.refName).toBe('data-b');
  });

  it('name a volume as it is when it only looks like the one of the token', async () => {
    const [a] = await read([pod({ name: 'a', token: 'kube-api-access-mine' })]);
    expect(a?.template.volumes[0]?.name).toBe('kube-api-access-mine');
  });

  it('whose spec is odd are reported one by one', async () => {
    const odd: string[] = [];
    const bare = (name: string) => ({ ...pod({ name, token: 'x' }), spec: {} });
    await read([bare('a'), bare('b')], decoders(odd));
    expect(odd.filter((path) => path === 'spec.containers')).toHaveLength(2);
  });
});

it('the bytes of a part are gone once it is known what it became, new or not, or that it is unreadable', () => {
  const known = new KnownParts();
  const portion = (read: () => Wire) => {
    known.addText('CANARY-1');
    return new Portion({}, known, read);
  };
  const room = (become: () => unknown) => {
    const { bytes } = known;
    become();
    return bytes;
  };
  const make = (rest: Wire) => ({ made: { ...rest }, isKept: true });
  const first = portion(() => ({ a: 1 }));
  expect(room(() => first.become(make)).every((byte) => byte === 0)).toBe(true);
  const again = portion(() => ({ a: 2 }));
  expect(room(() => expect(again.become(make)).toEqual({ a: 1 })).every((byte) => byte === 0)).toBe(true);
  known.addText('CANARY-2');
  const broken = new Portion({}, known, () => JSON.parse('{') as Wire);
  expect(room(() => expect(() => broken.become(make)).toThrow()).every((byte) => byte === 0)).toBe(true);
});

it('what parts are known by holds no byte of them', () => {
  const parts = new KnownParts();
  parts.addText('CANARY-1');
  expect(parts.bytes.toString()).toBe('CANARY-1');
  const { key } = parts;
  const bytes = parts.bytes;
  parts.wipe();
  expect(bytes.every((byte) => byte === 0)).toBe(true);
  parts.addText('CANARY-1');
  expect(parts.key).toBe(key);
  expect(new KnownParts().key).not.toBe(new KnownParts().key);
  const long = 'CANARY-2'.repeat(300_000);
  parts.addText(long);
  expect(parts.bytes.toString()).toBe(`CANARY-1${long}`);
  parts.wipe();
  parts.addText('CANARY-1');
  expect(parts.key).toBe(key);
});
