import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MAIN = join(import.meta.dirname, 'main.ts');
const CONFIG = {
  clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
  users: [{ name: 'u', user: {} }],
  contexts: [{ name: 'prod', context: { cluster: 'c', user: 'u' } }],
  'current-context': 'prod',
};

let folder: string;
let taken: Server;
const file = (name: string) => join(folder, name);
const kubeconfig = (name: string, content: unknown) =>
  writeFileSync(file(name), typeof content === 'string' ? content : JSON.stringify(content));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'uncrash-start-'));
  mkdirSync(file('folder'));
  mkdirSync(join(folder, 'home', '.kube'), { recursive: true });
  kubeconfig('good', CONFIG);
  kubeconfig('yaml', 'clusters: [{ token: eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzYSJ9.c2ln');
  kubeconfig('empty', '');
  kubeconfig('list', '- a\n- b\n');
  kubeconfig('no-contexts', { ...CONFIG, contexts: [] });
  kubeconfig('no-current', { ...CONFIG, 'current-context': '' });
  kubeconfig('lost-cluster', { ...CONFIG, clusters: [] });
  kubeconfig('lost-ca', {
    ...CONFIG,
    clusters: [
      { name: 'c', cluster: { server: 'https://127.0.0.1:1', 'certificate-authority': '/missing.crt' } },
    ],
  });
  kubeconfig('home/.kube/config', 'clusters: [');
  taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
});
afterAll(() => {
  taken.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(args: readonly string[], env: Partial<NodeJS.ProcessEnv> = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env.PATH, HOME: file('nobody'), NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, exit] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { out, lines: err.split('\n').filter((line) => line !== ''), code: exit[0] as number | null };
}

describe('a start that cannot work is one line on stderr and code 2:', () => {
  it.each<[string, () => { args: string[]; env?: Record<string, string> }, RegExp]>([
    ['an unknown flag', () => ({ args: ['--kubconfig', 'x'] }), /unknown flag --kubconfig; see --help/],
    ['a port that is none', () => ({ args: ['--port', 'http'] }), /--port must be a number/],
    [
      'a broken variable',
      () => ({ args: [], env: { UNCRASH_READ_ONLY: 'maybe' } }),
      /UNCRASH_READ_ONLY must be true or false/,
    ],
    [
      'a missing kubeconfig',
      () => ({ args: ['--kubeconfig', file('missing')] }),
      /missing cannot be read: there is no such file/,
    ],
    [
      'a folder as kubeconfig',
      () => ({ args: ['--kubeconfig', file('folder')] }),
      /folder cannot be read: it is a directory/,
    ],
    [
      'broken YAML, never quoted',
      () => ({ args: ['--kubeconfig', file('yaml')] }),
      /yaml is not valid YAML \(line 1\)/,
    ],
    ['an empty kubeconfig', () => ({ args: ['--kubeconfig', file('empty')] }), /empty is empty/],
    ['another YAML file', () => ({ args: ['--kubeconfig', file('list')] }), /list is not a mapping/],
    ['no contexts', () => ({ args: ['--kubeconfig', file('no-contexts')] }), /has no contexts/],
    [
      'no current context',
      () => ({ args: ['--kubeconfig', file('no-current')] }),
      /no current context; choose one with --context/,
    ],
    [
      'an unknown context',
      () => ({ args: ['--kubeconfig', file('good'), '--context', 'dev'] }),
      /no context "dev" in .*it has: prod/,
    ],
    [
      'a context without its cluster',
      () => ({ args: ['--kubeconfig', file('lost-cluster')] }),
      /names the cluster "c", which .* does not define/,
    ],
    [
      'a missing certificate file',
      () => ({ args: ['--kubeconfig', file('lost-ca')] }),
      /certificate authority file \/missing\.crt cannot be read/,
    ],
    [
      '$KUBECONFIG of a missing file',
      () => ({ args: [], env: { KUBECONFIG: file('missing') } }),
      /None of the files in \$KUBECONFIG exists/,
    ],
    [
      'a broken ~/.kube/config, not the sandbox instead',
      () => ({ args: [], env: { HOME: file('home') } }),
      /\.kube\/config is not valid YAML/,
    ],
    [
      'a context without a kubeconfig',
      () => ({ args: ['--context', 'prod'] }),
      /--context prod needs a kubeconfig, and none was found/,
    ],
    [
      'a taken port',
      () => ({
        args: ['--kubeconfig', file('good'), '--port', String((taken.address() as AddressInfo).port)],
      }),
      /port \d+ is taken on 127\.0\.0\.1; choose another with --port/,
    ],
    [
      'an address of another machine',
      () => ({ args: ['--kubeconfig', file('good'), '--host', '192.0.2.1', '--insecure-no-auth'] }),
      /--host 192\.0\.2\.1 is not an address of this machine/,
    ],
    [
      'listening beyond this machine',
      () => ({ args: ['--kubeconfig', file('good'), '--host', '0.0.0.0'] }),
      /--host 0\.0\.0\.0 lets others reach the dashboard without a login; accept that with --insecure-no-auth/,
    ],
    [
      'sandbox and kubeconfig at once',
      () => ({ args: ['--sandbox', '--kubeconfig', file('good')] }),
      /--sandbox and --kubeconfig exclude each other/,
    ],
  ])('%s', async (_case, command, message) => {
    const { args, env } = command();
    const { out, lines, code } = await run(args, env);
    expect(lines).toEqual([expect.stringMatching(/^uncrash: .+/)]);
    expect(lines[0]).toMatch(message);
    expect(lines[0]).not.toContain('eyJ');
    expect({ out, code }).toEqual({ out: '', code: 2 });
  });
});

describe('questions are answered on stdout with code 0:', () => {
  it('--version', async () => {
    const { out, lines, code } = await run(['--version']);
    expect({ out, lines, code }).toEqual({
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as unknown,
      lines: [],
      code: 0,
    });
  });
  it('--help', async () => {
    const { out, code } = await run(['--help'], { HOME: '' });
    expect(out).toContain('Usage: uncrash');
    expect(code).toBe(0);
  });
});
