import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findKubeconfig } from './find-kubeconfig.ts';
import { readKubeconfig, type Kubeconfig } from './kubeconfig.ts';
import { KubeconfigError, type KubeconfigErrorCode } from './kubeconfig-error.ts';

const dir = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
afterAll(() => rmSync(dir, { recursive: true }));

let files = 0;
function file(text: string, name = `config-${files++}`): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}
const read = (...paths: string[]): Kubeconfig => readKubeconfig({ source: 'flag', files: paths });

type Parts = { cluster?: string; user?: string; context?: string; current?: string };
const config = ({
  cluster = 'server: https://10.0.0.1:6443',
  user = 'token: sekrit',
  context = 'cluster: prod\n    user: ana\n    namespace: shop',
  current = 'current-context: prod-admin',
}: Parts = {}) => `apiVersion: v1
kind: Config
${current}
clusters:
- name: prod
  cluster:
    ${cluster}
users:
- name: ana
  user:
    ${user}
contexts:
- name: prod-admin
  context:
    ${context}
`;

describe('findKubeconfig', () => {
  const home = join(dir, 'home');
  const serviceAccountDir = join(dir, 'sa');
  mkdirSync(join(home, '.kube'), { recursive: true });
  mkdirSync(serviceAccountDir);
  writeFileSync(join(home, '.kube', 'config'), '');
  writeFileSync(join(serviceAccountDir, 'token'), 't');
  const inCluster = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' };
  const nowhere = join(dir, 'nowhere');

  it('the flag wins over everything, even when the file is missing', () => {
    const found = findKubeconfig({
      flag: '/missing',
      env: { KUBECONFIG: '/a', ...inCluster },
      home,
      serviceAccountDir,
    });
    expect(found).toEqual({ source: 'flag', files: ['/missing'] });
  });

  it('then $KUBECONFIG, as a list', () => {
    expect(findKubeconfig({ env: { KUBECONFIG: ['/a', '', '/b'].join(delimiter) }, home })).toEqual({
      source: 'env',
      files: ['/a', '/b'],
    });
  });

  it('then ~/.kube/config; an empty $KUBECONFIG is none', () => {
    expect(findKubeconfig({ env: { KUBECONFIG: '', ...inCluster }, home, serviceAccountDir })).toEqual({
      source: 'home',
      files: [join(home, '.kube', 'config')],
    });
  });

  it('then the service account', () => {
    expect(findKubeconfig({ env: inCluster, home: nowhere, serviceAccountDir })).toEqual({
      source: 'in-cluster',
      directory: serviceAccountDir,
      server: 'https://10.96.0.1:443',
    });
    const ipv6 = findKubeconfig({
      env: { ...inCluster, KUBERNETES_SERVICE_HOST: 'fd00::1' },
      serviceAccountDir,
    });
    expect(ipv6).toMatchObject({ server: 'https://[fd00::1]:443' });
  });

  it.each([
    ['nothing is set', { env: {}, home: nowhere, serviceAccountDir: nowhere }],
    ['a token lies around outside a cluster', { env: {}, home: nowhere, serviceAccountDir }],
    ['there is no home', { env: {}, serviceAccountDir: nowhere }],
  ])('none when %s', (_name, search) => {
    expect(findKubeconfig(search)).toEqual({ source: 'none' });
  });
});

describe('readKubeconfig', () => {
  it('resolves the current context, or the named one', () => {
    const kubeconfig = read(file(config()));
    expect(kubeconfig.contexts).toEqual([{ name: 'prod-admin', cluster: 'prod' }]);
    expect(kubeconfig.resolve()).toMatchObject({
      context: 'prod-admin',
      namespace: 'shop',
      cluster: { name: 'prod', server: 'https://10.0.0.1:6443', insecureTls: false },
      user: { name: 'ana', token: 'sekrit' },
    });
    expect(kubeconfig.resolve('prod-admin').user.name).toBe('ana');
  });

  it('reads JSON as well', () => {
    const json = {
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'k' } }],
      clusters: [
        { name: 'k', cluster: { server: 'http://127.0.0.1:8001/', 'insecure-skip-tls-verify': true } },
      ],
    };
    expect(read(file(JSON.stringify(json))).resolve()).toMatchObject({
      cluster: { server: 'http://127.0.0.1:8001', insecureTls: true },
      user: { name: 'anonymous' },
    });
  });

  it('takes relative paths from the directory of their file, data before files', () => {
    mkdirSync(join(dir, 'certs'), { recursive: true });
    for (const name of ['ca.crt', 'ana.crt', 'ana.key', 'token']) file('x', join('certs', name));
    const cluster = 'server: https://h\n    certificate-authority: certs/ca.crt';
    const user =
      'client-certificate: certs/ana.crt\n    client-key: certs/ana.key\n    client-key-data: a2V5\n    tokenFile: certs/token';
    const resolved = read(file(config({ cluster, user }))).resolve();
    expect(resolved.cluster.ca).toEqual({ file: join(dir, 'certs', 'ca.crt') });
    expect(resolved.user).toMatchObject({
      certificate: { cert: { file: join(dir, 'certs', 'ana.crt') }, key: { data: Buffer.from('key') } },
      tokenFile: join(dir, 'certs', 'token'),
    });
  });

  it('a relative credential plugin is beside the kubeconfig, a bare one in $PATH', () => {
    const exec = (command: string) =>
      read(
        file(config({ user: `exec: { command: ${command}, args: [a], env: [{ name: X, value: "1" }] }` })),
      ).resolve().user.exec;
    expect(exec('./bin/login')).toMatchObject({
      command: join(dir, 'bin', 'login'),
      args: ['a'],
      env: { X: '1' },
    });
    expect(exec('aws')).toMatchObject({ command: 'aws' });
  });

  it('merges as kubectl: the first file wins per name, missing files of the list are left out', () => {
    const first = file(config({ user: 'token: first', current: '' }));
    const second = file(config({ user: 'token: second' }));
    const kubeconfig = readKubeconfig({ source: 'env', files: [join(dir, 'missing'), first, second] });
    expect(kubeconfig.currentContext).toBe('prod-admin');
    expect(kubeconfig.resolve().user.token).toBe('first');
  });

  it('reads a service account: its namespace, authority and token file', () => {
    const directory = join(dir, 'account');
    mkdirSync(directory);
    for (const [name, text] of [
      ['token', 't'],
      ['ca.crt', 'c'],
      ['namespace', 'tools\n'],
    ] as const)
      writeFileSync(join(directory, name), text);
    const kubeconfig = readKubeconfig({ source: 'in-cluster', directory, server: 'https://10.96.0.1:443' });
    expect(kubeconfig.resolve()).toMatchObject({
      context: 'in-cluster',
      namespace: 'tools',
      user: { tokenFile: join(directory, 'token') },
      cluster: { ca: { file: join(directory, 'ca.crt') } },
    });
    expect(() => kubeconfig.resolve('prod')).toThrow(KubeconfigError);
  });
});

describe('a kubeconfig that cannot be used says why in one sentence', () => {
  const cases: [string, KubeconfigErrorCode, () => unknown, RegExp][] = [
    [
      'missing file',
      'unreadable',
      () => read('/no/such/file'),
      /\/no\/such\/file cannot be read: there is no such file\./,
    ],
    ['a directory', 'unreadable', () => read(dir), /it is a directory/],
    [
      'none of $KUBECONFIG',
      'unreadable',
      () => readKubeconfig({ source: 'env', files: ['/a', '/b'] }),
      /None of the files .*\/a, \/b/,
    ],
    ['an empty file', 'empty', () => read(file('  \n')), /is empty/],
    ['no contexts', 'empty', () => read(file('kind: Config\n')), /has no contexts/],
    [
      'broken YAML',
      'not_yaml',
      () => read(file('users:\n- token: "sekrit\n  x: [')),
      /not valid YAML \(line \d+\)/,
    ],
    ['not a mapping', 'not_yaml', () => read(file('just text')), /not a mapping/],
    [
      'no current context',
      'no_context',
      () => read(file(config({ current: '' }))).resolve(),
      /no current context/,
    ],
    [
      'an unknown context',
      'unknown_context',
      () => read(file(config())).resolve('staging'),
      /no context "staging" .* it has: prod-admin/,
    ],
    [
      'a missing cluster',
      'missing_cluster',
      () => read(file(config({ context: 'cluster: other' }))).resolve(),
      /names the cluster "other"/,
    ],
    [
      'a missing user',
      'missing_user',
      () => read(file(config({ context: 'cluster: prod\n    user: bob' }))).resolve(),
      /names the user "bob"/,
    ],
    [
      'a server that is no address',
      'bad_server',
      () => read(file(config({ cluster: 'server: 10.0.0.1' }))).resolve(),
      /not an http\(s\) address/,
    ],
    [
      'a file: server',
      'bad_server',
      () => read(file(config({ cluster: 'server: file:///etc' }))).resolve(),
      /not an http/,
    ],
    [
      'a socks proxy',
      'unsupported',
      () => read(file(config({ cluster: 'server: https://h\n    proxy-url: socks5://p:1' }))).resolve(),
      /proxy-url/,
    ],
    [
      'a missing authority',
      'missing_file',
      () => read(file(config({ cluster: 'server: https://h\n    certificate-authority: no.crt' }))).resolve(),
      /certificate authority file .*no\.crt cannot be read/,
    ],
    [
      'a certificate without a key',
      'missing_file',
      () => read(file(config({ user: 'client-certificate-data: eA==' }))).resolve(),
      /without a key/,
    ],
    [
      'a plugin without a command',
      'unsupported',
      () => read(file(config({ user: 'exec: {}' }))).resolve(),
      /no command/,
    ],
  ];
  it.each(cases)('%s', (_name, code, attempt, message) => {
    let error: unknown;
    try {
      attempt();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(KubeconfigError);
    const { message: sentence, code: actual } = error as KubeconfigError;
    expect(actual).toBe(code);
    expect(sentence).toMatch(message);
    expect(sentence).not.toContain('sekrit');
    expect(sentence).not.toContain('\n');
  });
});
