import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryWire } from '#lib/testing/arbitrary-wire.ts';
import { encodeList } from '#lib/testing/encode-protobuf.ts';
import { createJsonDecoder } from '#lib/kube/json-decoder.ts';
import { createProtobufDecoder } from '#lib/kube/protobuf/protobuf-decoder.ts';
import type { Decoder } from '#lib/kube/decoder.ts';
import type { ControllerRevision } from '#lib/model/controller-revision.ts';
import { revisionTemplate, toControllerRevision } from './controller-revision.ts';
import { createValueHash } from './value-hash.ts';
import { asWire, type Wire } from './wire.ts';
import { toStatefulSet } from './workload.ts';

const hash = createValueHash(Buffer.from('key'));
const odd: string[] = [];
const context = { hash, odd: (path: string) => void odd.push(path) };
const toModel = (object: Wire) => toControllerRevision(object, context);

const template = {
  metadata: { labels: { app: 'db' } },
  spec: { containers: [{ name: 'db', image: 'db:1', env: [{ name: 'PASSWORD', value: 'hunter2' }] }] },
};
const owner = (kind: string, apiVersion = 'apps/v1') => ({
  apiVersion,
  kind,
  name: 'db',
  uid: 'set-1',
  controller: true,
});
const revision = (rest: Wire = {}): Wire => ({
  metadata: { name: 'db-6f9', namespace: 'shop', uid: 'r-1', ownerReferences: [owner('StatefulSet')] },
  // As older controllers wrote it: with a null that newer ones leave out.
  data: {
    spec: {
      template: {
        $patch: 'replace',
        ...template,
        metadata: { ...template.metadata, creationTimestamp: null },
      },
    },
  },
  revision: 3,
  ...rest,
});

async function read(decoder: Decoder<ControllerRevision>, bytes: Buffer) {
  const objects: ControllerRevision[] = [];
  await decoder.list(pieces(bytes), (object) => objects.push(object));
  return objects;
}

async function* pieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100);
}

describe('toControllerRevision', () => {
  it('has the hash of the set whose template it keeps', () => {
    const set = toStatefulSet({ metadata: { name: 'db' }, spec: { template } }, context);
    expect(toModel(revision())).toMatchObject({ revision: 3, template: { hash: set.template.hash } });
  });

  it('keeps values of the environment as hashes only', () => {
    const text = JSON.stringify(toModel(revision()));
    expect(text).toContain('PASSWORD');
    expect(text).not.toContain('hunter2');
  });

  it.each([
    ['of something else', owner('VirtualMachine', 'kubevirt.io/v1')],
    ['of a StatefulSet that is not of Kubernetes', owner('StatefulSet', 'apps.kruise.io/v1beta1')],
  ])('does not look into one %s', (_what, reference) => {
    const metadata = { ...asWire(revision()['metadata']), ownerReferences: [reference] };
    expect(toModel(revision({ metadata })).template).toBeUndefined();
  });

  it('names what cannot be read', () => {
    odd.length = 0;
    expect(toModel(revision({ data: 'AAAA' })).template).toBeUndefined();
    expect(odd).toContain('data.spec.template');
  });

  it('is the same from both encodings, whatever the template', async () => {
    const json = createJsonDecoder(toModel);
    const protobuf = createProtobufDecoder('controllerrevisions', toModel);
    await fc.assert(
      fc.asyncProperty(arbitraryWire('PodTemplateSpec'), async (any) => {
        const metadata = { resourceVersion: '7' };
        const items = [revision({ data: { spec: { template: { $patch: 'replace', ...any } } } })];
        const list = Buffer.from(JSON.stringify({ kind: 'ControllerRevisionList', metadata, items }));
        const expected = await read(json, list);
        expect(await read(protobuf, encodeList('ControllerRevision', metadata, items))).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });
});

describe('revisionTemplate', () => {
  it('is the template without the directive of the patch', () => {
    expect(revisionTemplate(revision())).toEqual({
      ...template,
      metadata: { ...template.metadata, creationTimestamp: null },
    });
  });
});
