import { describe, expect, it, vi } from 'vitest';
import { createFakeConnection, type Script } from '#lib/testing/fake-connection.ts';
import { MissingNamespaces } from './missing-namespaces.ts';

const EXISTS: Script = { body: { kind: 'Namespace', metadata: { name: 'shop' } } };
const refusal = (code: number, reason: string): Script => ({
  status: code,
  body: { kind: 'Status', code, reason, message: `${reason}!` },
});

function aCheck(namespaces: readonly string[], answers: Record<string, Script>) {
  let now = 0;
  const onChange = vi.fn();
  const full = new Set<string>();
  const connection = createFakeConnection(({ path }) => answers[path.split('/').at(-1) ?? ''] ?? EXISTS);
  const missing = new MissingNamespaces({
    connection,
    clock: { now: () => now },
    namespaces,
    isEmpty: (name) => !full.has(name),
    signal: new AbortController().signal,
    onChange,
  });
  return { missing, answers, full, onChange, connection, wait: (ms: number) => (now += ms) };
}

describe('MissingNamespaces', () => {
  it('names those that do not exist, in the order they were given', async () => {
    const notFound = refusal(404, 'NotFound');
    const { missing, onChange } = aCheck(['shpo', 'shop', 'dta'], { dta: notFound, shpo: notFound });
    await missing.check();
    expect(missing.names()).toEqual(['shpo', 'dta']);
    expect(onChange).toHaveBeenCalledTimes(1);
  });

  it('calls nothing missing that may not be read, or when the server is silent or a proxy answers', async () => {
    const { missing, onChange } = aCheck(['a', 'b', 'c'], {
      a: refusal(403, 'Forbidden'),
      b: new Error('socket hang up'),
      c: { status: 404, body: '<html>' },
    });
    await missing.check();
    expect(missing.names()).toEqual([]);
    expect(onChange).not.toHaveBeenCalled();
  });

  it('asks for none that holds pods, and for an empty one once a minute', async () => {
    const { missing, full, connection, wait } = aCheck(['shop', 'data'], {});
    full.add('shop');
    await missing.check();
    wait(59_999);
    await missing.check();
    expect(connection.requests.map(({ path }) => path)).toEqual(['/api/v1/namespaces/data']);
    wait(1);
    await missing.check();
    expect(connection.requests).toHaveLength(2);
  });

  it('takes its word back when the namespace is made, or pods appear in it', async () => {
    const { missing, answers, full, onChange, wait } = aCheck(['shop', 'data'], {
      shop: refusal(404, 'NotFound'),
      data: refusal(404, 'NotFound'),
    });
    await missing.check();
    answers['shop'] = EXISTS;
    full.add('data');
    wait(60_000);
    await missing.check();
    expect(missing.names()).toEqual([]);
    expect(onChange).toHaveBeenCalledTimes(2);
  });

  it('keeps what it knew while it cannot ask', async () => {
    const { missing, answers, wait } = aCheck(['shop'], { shop: refusal(404, 'NotFound') });
    await missing.check();
    answers['shop'] = refusal(503, 'ServiceUnavailable');
    wait(60_000);
    await missing.check();
    expect(missing.names()).toEqual(['shop']);
  });
});
