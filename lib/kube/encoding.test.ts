import { describe, expect, it } from 'vitest';
import { createFakeConnection, type FakeAnswer } from '#lib/testing/fake-connection.ts';
import { createFakeClock } from '#lib/testing/fake-clock.ts';
import { encodeEvent, encodeList, encodeMessage, inEnvelope } from '#lib/testing/encode-protobuf.ts';
import { PassThrough } from 'node:stream';
import { ApiProtocolError } from './api-error.ts';
import { createEncoding } from './encoding.ts';
import { createJsonDecoder } from './json-decoder.ts';
import { createListWatch } from './list-watch.ts';
import { apiPath } from './path.ts';
import { createProtobufDecoder } from './protobuf/protobuf-decoder.ts';
import { asText, asWire, type Wire } from './to-model/wire.ts';

const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const metadata = { resourceVersion: '7' };
const items = [{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }];

const inProtobuf = (bytes: Buffer, status = 200): FakeAnswer => ({
  status,
  headers: { 'content-type': PROTOBUF },
  body: new PassThrough().end(bytes),
});
const inJson = (): FakeAnswer => ({
  headers: { 'content-type': 'application/json' },
  body: { kind: 'PodList', metadata, items },
});
const podList = () => inProtobuf(encodeList('Pod', metadata, items));

/** A source of pods that become their names, and everything it says. */
function source(answer: (accept: string) => FakeAnswer) {
  const reports: string[] = [];
  const connection = createFakeConnection(({ init }) => answer(String(init.headers?.['accept'])));
  const toModel = (object: Wire) => asText(asWire(object['metadata'])['name']);
  const listWatch = createListWatch<string>({
    connection,
    path: apiPath`/api/v1/pods`,
    encoding: createEncoding({
      json: createJsonDecoder(toModel),
      protobuf: createProtobufDecoder('pods', toModel),
      onFallback: (message) => reports.push(message),
    }),
    clock: createFakeClock(0),
    silenceMs: 90_000,
  });
  const signal = new AbortController().signal;
  return {
    reports,
    accepts: () => connection.requests.map(({ init }) => init.headers?.['accept']),
    list: async () => {
      const names: string[] = [];
      await listWatch.list({ signal }, (name) => names.push(name));
      return names;
    },
    watch: async () => {
      const events: unknown[] = [];
      const batches = await listWatch.watch({ resourceVersion: '7', timeoutSeconds: 1, signal });
      for await (const batch of batches) events.push(...batch);
      return events;
    },
  };
}

const BOTH = `${PROTOBUF}, application/json;q=0.9`;

describe('an answer is read by what it says it is', () => {
  it('protobuf', async () => {
    const { list, accepts } = source(podList);
    expect(await list()).toEqual(['a', 'b']);
    expect(accepts()).toEqual([BOTH]);
  });

  it('JSON, and protobuf is asked for again', async () => {
    const { list, accepts, reports } = source(inJson);
    expect([await list(), await list()]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(accepts()).toEqual([BOTH, BOTH]);
    expect(reports).toEqual([]);
  });

  it('a web page with status 200', async () => {
    const { list } = source(() => ({ headers: { 'content-type': 'text/html' }, body: '<!DOCTYPE html>' }));
    await expect(list()).rejects.toThrow(/web page/);
  });

  it('a Status in protobuf keeps its reason', async () => {
    const status = encodeMessage('Status', { message: 'pods is forbidden', reason: 'Forbidden', code: 403 });
    const { list } = source(() => inProtobuf(inEnvelope('Status', status), 403));
    await expect(list()).rejects.toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message: 'pods is forbidden',
    });
  });

  it('a failure in protobuf that cannot be read keeps its code', async () => {
    const { list } = source(() => inProtobuf(Buffer.from('k8s\0oops'), 500));
    await expect(list()).rejects.toMatchObject({ code: 500 });
  });
});

describe('protobuf is given up', () => {
  it.each([406, 415])('at once after %i, for good, and said once', async (status) => {
    const { list, accepts, reports } = source((accept) => (accept === BOTH ? { status } : inJson()));
    expect(await list()).toEqual(['a', 'b']);
    expect(await list()).toEqual(['a', 'b']);
    expect(accepts()).toEqual([BOTH, 'application/json', 'application/json']);
    expect(reports).toHaveLength(1);
  });

  it('after a list that could not be read', async () => {
    const { list, accepts, reports } = source((accept) =>
      accept === BOTH ? inProtobuf(Buffer.from('k8s\0oops')) : inJson(),
    );
    await expect(list()).rejects.toThrow(ApiProtocolError);
    expect(await list()).toEqual(['a', 'b']);
    expect(accepts()).toEqual([BOTH, 'application/json']);
    expect(reports).toEqual([expect.stringContaining('read as JSON')]);
  });

  it('after three watches in a row that broke, not after fewer', async () => {
    const garbage = Buffer.from([0, 0, 0, 2, 0xff, 0xff]);
    const good = encodeEvent('ADDED', 'Pod', items[0] ?? {});
    let isHealthy = false;
    const { watch, accepts, reports } = source((accept) =>
      accept === BOTH ? inProtobuf(Buffer.concat([...(isHealthy ? [good] : []), garbage])) : { body: '' },
    );
    await expect(watch()).rejects.toThrow(ApiProtocolError);
    await expect(watch()).rejects.toThrow(ApiProtocolError);
    isHealthy = true;
    await expect(watch()).rejects.toThrow(ApiProtocolError);
    isHealthy = false;
    expect(reports).toEqual([]);
    await expect(watch()).rejects.toThrow(ApiProtocolError);
    await expect(watch()).rejects.toThrow(ApiProtocolError);
    expect(reports).toHaveLength(1);
    expect(await watch()).toEqual([]);
    expect(accepts().at(-1)).toBe('application/json');
  });

  it('not by a connection that breaks', async () => {
    const body = new PassThrough();
    const { list, reports } = source(() => ({ headers: { 'content-type': PROTOBUF }, body }));
    const listing = list();
    body.destroy(Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }));
    await expect(listing).rejects.toMatchObject({ failure: 'reset' });
    expect(reports).toEqual([]);
  });
});
