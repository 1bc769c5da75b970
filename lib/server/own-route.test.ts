import { createServer, get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import { z } from 'zod';
import { installAccessPolicy } from './access-policy.ts';
import { AppError } from './app-error.ts';
import { ownRoute } from './own-route.ts';

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

async function ask(
  handler: ReturnType<typeof ownRoute>,
  {
    path = '/api/x',
    method = 'GET',
    headers = {},
  }: { path?: string; method?: string; headers?: object } = {},
): Promise<IncomingMessage> {
  const server = createServer((request, response) => void handler(request, response));
  closers.push(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  installAccessPolicy({ hosts: [`127.0.0.1:${port}`], origins: [], readOnly: false });
  const [response] = (await once(
    get({ port, host: '127.0.0.1', path, method, agent: false, headers: { ...headers } }),
    'response',
  )) as [IncomingMessage];
  return response;
}

const hello = ownRoute(
  { access: 'read', query: z.object({ name: z.string() }) },
  ({ query }) =>
    (response) =>
      void response.writeHead(200, { 'content-type': 'text/plain' }).end(`hello ${query.name}`),
);

it('answers what the handler writes, from the parsed query', async () => {
  const response = await ask(hello, { path: '/api/x?name=you' });
  expect(await text(response)).toBe('hello you');
  expect(response.headers['x-request-id']).toMatch(/^[\w-]{36}$/);
});

it.each([
  ['a query that does not fit', { path: '/api/x' }, 400, 'bad_request'],
  ['a parameter given twice', { path: '/api/x?name=a&name=b' }, 400, 'bad_request'],
  ['another method', { path: '/api/x?name=a', method: 'DELETE' }, 400, 'bad_request'],
  [
    'a foreign origin',
    { path: '/api/x?name=a', headers: { origin: 'http://evil.example' } },
    403,
    'forbidden',
  ],
  ['a foreign host', { path: '/api/x?name=a', headers: { host: 'evil.example' } }, 403, 'forbidden'],
])('refuses %s in the one shape', async (_what, asked, status, code) => {
  const response = await ask(hello, asked);
  expect(response.statusCode).toBe(status);
  expect(await json(response)).toMatchObject({ error: { code } });
});

it('tells what the handler threw', async () => {
  const missing = ownRoute({ access: 'read' }, () => {
    throw new AppError('not_found', 'No such cluster.');
  });
  const response = await ask(missing);
  expect(response.statusCode).toBe(404);
  expect(await json(response)).toMatchObject({ error: { message: 'No such cluster.' } });
});

it('has no answer for HEAD: a stream has no head alone', async () => {
  const response = await ask(hello, { path: '/api/x?name=a', method: 'HEAD' });
  expect(response.statusCode).toBe(400);
});
