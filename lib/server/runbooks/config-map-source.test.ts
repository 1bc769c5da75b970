import { describe, expect, it } from 'vitest';
import { createFakeClock } from '#lib/testing/fake-clock.ts';
import { createFakeConnection, type Script } from '#lib/testing/fake-connection.ts';
import { configMapSource } from './config-map-source.ts';

const REF = { namespace: 'platform', name: 'runbooks' };
const configMap = (data: Record<string, string>, binaryData?: Record<string, string>): Script => ({
  body: { kind: 'ConfigMap', metadata: REF, data, binaryData },
});

function open(first: Script) {
  const server = { answer: first };
  const connection = createFakeConnection(() => server.answer);
  const clock = createFakeClock(0);
  const source = configMapSource(REF, { connection, clock, shutdown: new AbortController().signal });
  return { server, connection, clock, source };
}

describe("a team's ConfigMap", () => {
  it('gives the pages of its keys and names the keys it cannot use', async () => {
    const { source, connection } = open(
      configMap(
        { 'ours.md': '# Ours', 'Bad.md': '# x', 'large.md': 'x'.repeat(70_000), 'empty.md': '', readme: 'x' },
        { 'image.md': 'AA==' },
      ),
    );
    const { texts, gaps } = await source();
    expect(connection.requests.map(({ path }) => path)).toEqual([
      '/api/v1/namespaces/platform/configmaps/runbooks',
    ]);
    expect([...texts]).toEqual([['ours', '# Ours']]);
    expect(gaps.map(({ where }) => where)).toEqual([
      'ConfigMap platform/runbooks, Bad.md',
      'ConfigMap platform/runbooks, empty.md',
      'ConfigMap platform/runbooks, large.md',
      'ConfigMap platform/runbooks, image.md',
    ]);
  });

  it('shows an edit after ten seconds without asking more often', async () => {
    const { source, server, clock, connection } = open(configMap({ 'a.md': '# One' }));
    await source();
    server.answer = configMap({ 'a.md': '# Two' });
    await clock.advance(9_999);
    expect((await source()).texts.get('a')).toBe('# One');
    await clock.advance(1);
    expect((await source()).texts.get('a')).toBe('# Two');
    expect(connection.requests).toHaveLength(2);
  });

  it.each<[string, Script, string]>([
    [
      'the right that is missing',
      { status: 403, body: { kind: 'Status', code: 403, reason: 'Forbidden', message: 'no' } },
      'not permitted: needs get configmaps runbooks in platform',
    ],
    [
      'a ConfigMap that is not there',
      { status: 404, body: { kind: 'Status', code: 404, reason: 'NotFound', message: 'no' } },
      'there is no such ConfigMap',
    ],
    ['an answer that is no ConfigMap', { body: { data: [1] } }, 'the answer is not a ConfigMap'],
    ['a server that is gone', new Error('connect ECONNREFUSED'), 'connect ECONNREFUSED'],
  ])('names %s', async (_what, answer, reason) => {
    const { texts, gaps } = await open(answer).source();
    expect(texts.size).toBe(0);
    expect(gaps).toEqual([{ where: 'ConfigMap platform/runbooks', reason }]);
  });

  it('keeps its pages while the API server is away, and says so', async () => {
    const { source, server, clock } = open(configMap({ 'a.md': '# One' }));
    await source();
    server.answer = new Error('connect ECONNREFUSED');
    await clock.advance(10_000);
    const { texts, gaps } = await source();
    expect([...texts.keys()]).toEqual(['a']);
    expect(gaps[0]?.reason).toContain('shown as they were read before');
  });
});
