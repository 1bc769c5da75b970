import { beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { ApiErrorBody } from '#lib/contract/error.ts';
import { installAccessPolicy } from './access-policy.ts';
import { AppError } from './app-error.ts';
import { MAX_BODY_BYTES } from './read-json.ts';
import { route } from './route.ts';

const POLICY = { hosts: ['localhost:4180'], origins: ['http://localhost:4180'], readOnly: false };
const URL_BASE = 'http://localhost:4180';

type Options = {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string;
  params?: Record<string, string>;
};

function call(handler: ReturnType<typeof route>, { path = '/api/x', params = {}, ...init }: Options = {}) {
  const request = new Request(URL_BASE + path, {
    ...init,
    headers: { host: 'localhost:4180', ...init.headers },
  });
  return handler(request, { params: Promise.resolve(params) });
}
const post = (body: string, headers: Record<string, string> = {}): Options => ({
  method: 'POST',
  body,
  headers: { origin: URL_BASE, 'content-type': 'application/json', ...headers },
});
async function errorOf(response: Response) {
  const { error } = ApiErrorBody.parse(await response.json());
  return { status: response.status, code: error.code, message: error.message };
}
const read = (handler: () => unknown) => route({ access: 'read' }, handler);

/** A name that is removed from the process: the policy slot of `access-policy.ts`. */
const POLICY_SLOT = Symbol.for('uncrash.access-policy');

beforeEach(() => installAccessPolicy(POLICY));

describe('a route', () => {
  it('answers a value as JSON that nobody may keep or guess the type of', async () => {
    const response = await call(read(() => ({ incidents: [] })));
    expect(await response.json()).toEqual({ incidents: [] });
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('answers undefined as 204', async () => {
    expect((await call(read(() => undefined))).status).toBe(204);
  });

  it('passes a Response on with its status and keeps no-transform of streams', async () => {
    const stream = () =>
      new Response('x', { status: 206, headers: { 'cache-control': 'no-store, no-transform' } });
    const response = await call(read(stream));
    expect(response.status).toBe(206);
    expect(response.headers.get('cache-control')).toBe('no-store, no-transform');
  });

  it('hands over parsed parameters, query and body', async () => {
    const echo = route(
      {
        access: 'write',
        params: z.object({ id: z.string() }),
        query: z.object({ tail: z.coerce.number().default(5) }),
        body: z.object({ reason: z.string() }),
      },
      ({ params, query, body }) => ({ params, query, body }),
    );
    const options = { ...post('{"reason":"r","more":1}'), path: '/api/x?tail=7', params: { id: 'a' } };
    expect(await (await call(echo, options)).json()).toEqual({
      params: { id: 'a' },
      query: { tail: 7 },
      body: { reason: 'r' },
    });
  });
});

describe('a route refuses', () => {
  const never = vi.fn();
  const handler = route(
    {
      access: 'write',
      query: z.object({ n: z.coerce.number().optional() }),
      body: z.object({ a: z.number() }),
    },
    never,
  );
  beforeEach(() => never.mockClear());

  it.each<[string, Options, object]>([
    ['a foreign host', { headers: { host: 'evil.example' } }, { status: 403, code: 'forbidden' }],
    ['a foreign origin', { headers: { origin: 'http://evil.example' } }, { status: 403, code: 'forbidden' }],
    ['another site', { headers: { 'sec-fetch-site': 'cross-site' } }, { status: 403, code: 'forbidden' }],
    [
      'a write without origin',
      { ...post('{"a":1}'), headers: { 'content-type': 'application/json' } },
      { status: 403 },
    ],
    [
      'a form',
      post('a=1', { 'content-type': 'text/plain' }),
      { status: 415, code: 'unsupported_media_type' },
    ],
    ['no JSON', post('{'), { status: 400, message: 'body: not valid JSON' }],
    ['bytes that are not UTF-8', { ...post(''), body: Buffer.from([0xff, 0xfe]) as never }, { status: 400 }],
    [
      'a field of the wrong type',
      post('{"a":"1"}'),
      { status: 400, code: 'bad_request', message: expect.stringMatching(/^body a: /) as unknown },
    ],
    [
      'a long body',
      post(`{"a":${'1'.repeat(MAX_BODY_BYTES)}}`),
      { status: 400, message: expect.stringContaining('larger than') as unknown },
    ],
    [
      'a query that does not fit',
      { ...post('{"a":1}'), path: '/api/x?n=x' },
      { status: 400, message: expect.stringMatching(/^query n: /) as unknown },
    ],
    [
      'a parameter given twice',
      { ...post('{"a":1}'), path: '/api/x?n=1&n=2' },
      { status: 400, message: 'query n: given twice' },
    ],
  ])('%s, before its handler runs', async (_what, options, expected) => {
    expect(await errorOf(await call(handler, options))).toMatchObject(expected);
    expect(never).not.toHaveBeenCalled();
  });

  it('every write in read-only mode, and no read', async () => {
    installAccessPolicy({ ...POLICY, readOnly: true });
    expect(await errorOf(await call(handler, post('{"a":1}')))).toMatchObject({
      status: 403,
      code: 'forbidden',
      message: 'This server is read-only.',
    });
    expect(never).not.toHaveBeenCalled();
    expect((await call(read(() => 1))).status).toBe(200);
  });

  it('everything when our own server is not in front', async () => {
    Reflect.deleteProperty(globalThis, POLICY_SLOT);
    expect(await errorOf(await call(read(() => 1)))).toMatchObject({ status: 503, code: 'unavailable' });
  });
});

describe('what a handler throws', () => {
  it.each([
    ['bad_request', 400],
    ['unauthorized', 401],
    ['forbidden', 403],
    ['not_found', 404],
    ['conflict', 409],
    ['refused', 422],
    ['unsupported_media_type', 415],
    ['unavailable', 503],
    ['internal', 500],
  ] as const)('%s is status %i with its sentence', async (code, status) => {
    const response = await call(
      read(() => {
        throw new AppError(code, 'No incident ab12.', { hint: 'It may have recovered.' });
      }),
    );
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      error: { code, message: 'No incident ab12.', hint: 'It may have recovered.' },
    });
  });

  it('is recognised by shape: the thrower holds another copy of the class', async () => {
    const foreign = Object.assign(new Error('gone'), { name: 'AppError', code: 'not_found' });
    expect(await errorOf(await call(read(() => Promise.reject(foreign))))).toMatchObject({ status: 404 });
  });

  it('is masked when it quotes credentials', async () => {
    const leak = new AppError('unavailable', 'GET https://me:hunter2@registry/v2/ failed');
    const { message } = await errorOf(await call(read(() => Promise.reject(leak))));
    expect(message).toBe('GET https://***@registry/v2/ failed');
  });

  it('and nobody expected stays in the log, under the id the reader is given', async () => {
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const response = await call(
      read(() => {
        throw new TypeError('cannot read secret of undefined');
      }),
      { path: '/api/x?cluster=prod' },
    );
    const text = await response.text();
    const line = String(written.mock.calls[0]?.[0]);
    written.mockRestore();
    expect(response.status).toBe(500);
    expect(text).not.toContain('undefined');
    expect(text).toContain(response.headers.get('x-request-id'));
    expect(line).toContain('cannot read secret of undefined');
    expect(line).toContain(`id=${response.headers.get('x-request-id')}`);
    expect(line).not.toContain('cluster=prod');
  });
});
