import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createFakeConnection, type Script } from '#lib/testing/fake-connection.ts';
import { ApiStatusError } from './api-error.ts';
import { logTail, openLog } from './logs.ts';
import { networkError } from './network-error.ts';

const app = { namespace: 'shop', pod: 'web-0', container: 'app' };
const signal = new AbortController().signal;
const answering = (script: Script) => createFakeConnection(() => script);
const refusal = (code: number, reason: string, message: string): Script => ({
  status: code,
  body: { kind: 'Status', code, reason, message },
});

describe('openLog', () => {
  it('asks for exactly what was named', async () => {
    const connection = answering({ body: 'x' });
    await openLog(
      connection,
      { ...app, follow: true, previous: true, timestamps: true, tailLines: 10 },
      signal,
    );
    expect(connection.requests[0]).toMatchObject({
      path: '/api/v1/namespaces/shop/pods/web-0/log',
      query: { container: 'app', follow: 'true', previous: 'true', timestamps: 'true', tailLines: '10' },
    });
  });

  it('passes bytes on as they come, and closes the upstream on abort', async () => {
    const upstream = new PassThrough();
    const stop = new AbortController();
    const log = await openLog(answering({ body: upstream }), { ...app, follow: true }, stop.signal);
    if (log.kind !== 'stream') throw new Error('no stream');
    const reader = log.body[Symbol.asyncIterator]();
    upstream.write('one\n');
    expect(Buffer.from((await reader.next()).value as Uint8Array).toString()).toBe('one\n');
    stop.abort(new Error('view closed'));
    await expect(reader.next()).rejects.toThrow('view closed');
    expect(upstream.destroyed).toBe(true);
  });

  it.each<[string, Script, string]>([
    [
      'no-previous',
      refusal(400, 'BadRequest', 'previous terminated container "app" in pod "web-0" not found'),
      'previous terminated',
    ],
    [
      'not-started',
      refusal(
        400,
        'BadRequest',
        'container "app" in pod "web-0" is waiting to start: trying and failing to pull image',
      ),
      'trying and failing',
    ],
    ['no-such-container', refusal(400, 'BadRequest', 'container zz is not valid for pod web-0'), 'not valid'],
    ['unknown', refusal(400, 'BadRequest', 'a text of a later version'), 'a text of a later version'],
    ['gone', refusal(404, 'NotFound', 'pods "web-0" not found'), 'not found'],
    [
      'forbidden',
      refusal(403, 'Forbidden', 'pods "web-0" is forbidden: cannot get resource "pods/log"'),
      'pods/log',
    ],
    [
      'node-unreachable',
      refusal(
        500,
        'InternalError',
        'Get "https://10.0.0.9:10250/containerLogs/shop/web-0/app": dial tcp 10.0.0.9:10250: i/o timeout',
      ),
      'i/o timeout',
    ],
  ])('%s is a named gap', async (reason, script, text) => {
    expect(await openLog(answering(script), app, signal)).toEqual({
      kind: 'gap',
      reason,
      message: expect.stringContaining(text) as string,
    });
  });

  it.each<[string, Script]>([
    ['401', refusal(401, 'Unauthorized', 'Unauthorized')],
    ['503', { status: 503, body: '<html>' }],
    ['no network', networkError(new Error('x'), 'k')],
  ])('%s is a failure, not a gap', async (_name, script) => {
    await expect(openLog(answering(script), app, signal)).rejects.toThrow();
  });
});

describe('logTail', () => {
  it('answers the last lines', async () => {
    const log = await logTail(answering({ body: 'a\nb\nc\n' }), { ...app, lines: 2, maxBytes: 1000 }, signal);
    expect(log).toEqual({ kind: 'lines', lines: ['b', 'c'], truncated: false });
  });

  it('an empty log has no lines', async () => {
    const log = await logTail(answering({ body: '' }), { ...app, lines: 2, maxBytes: 1000 }, signal);
    expect(log).toEqual({ kind: 'lines', lines: [], truncated: false });
  });

  it('keeps the end when there are too many bytes, and says so', async () => {
    const upstream = new PassThrough();
    for (let n = 0; n < 100; n++) upstream.write(`line ${n} ${'x'.repeat(100)}\n`);
    upstream.end('panic: the end\n');
    const log = await logTail(answering({ body: upstream }), { ...app, lines: 500, maxBytes: 300 }, signal);
    expect(log).toMatchObject({ kind: 'lines', truncated: true });
    if (log.kind !== 'lines') throw new Error('no lines');
    expect(log.lines.at(-1)).toBe('panic: the end');
    expect(log.lines[0]).toMatch(/^line 98 /);
    expect(log.lines.join('\n').length).toBeLessThanOrEqual(300);
  });

  it('a log the runtime has removed is lost, not a line', async () => {
    const body = 'unable to retrieve container logs for containerd://abc';
    const log = await logTail(
      answering({ body }),
      { ...app, previous: true, lines: 5, maxBytes: 1000 },
      signal,
    );
    expect(log).toEqual({ kind: 'gap', reason: 'lost', message: body });
  });

  it('passes a gap on', async () => {
    const script = refusal(400, 'BadRequest', 'previous terminated container "app" in pod "web-0" not found');
    expect(
      await logTail(answering(script), { ...app, previous: true, lines: 5, maxBytes: 10 }, signal),
    ).toMatchObject({ reason: 'no-previous' });
  });

  it('names a status error by its code', async () => {
    await expect(
      logTail(answering(refusal(429, 'TooManyRequests', 'slow')), { ...app, lines: 1, maxBytes: 1 }, signal),
    ).rejects.toBeInstanceOf(ApiStatusError);
  });
});
