import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createFakeClock } from '#lib/testing/fake-clock.ts';
import { realClock } from './clock.ts';
import { createCredentialSource } from './credentials.ts';
import { ExecPluginError, runExecPlugin } from './exec-plugin.ts';
import type { ClusterConfig, ContextConfig, ExecPlugin } from './context-config.ts';

const dir = mkdtempSync(join(tmpdir(), 'exec-plugin-'));
afterAll(() => rmSync(dir, { recursive: true }));

const cluster: ClusterConfig = {
  name: 'k',
  server: 'https://k:6443',
  ca: { data: Buffer.from('CA') },
  insecureTls: false,
};

/** A real child process: `body` is Node code that may use `count`, the number of runs so far including this one. */
function plugin(name: string, body: string, more: Partial<ExecPlugin> = {}): ExecPlugin & { runs(): number } {
  const runs = join(dir, `${name}.runs`);
  const script = join(dir, `${name}.cjs`);
  writeFileSync(
    script,
    `const fs = require('node:fs');
     fs.appendFileSync(${JSON.stringify(runs)}, 'x');
     const count = fs.readFileSync(${JSON.stringify(runs)}, 'utf8').length;
     const print = (status) => console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status }));
     ${body}`,
  );
  return {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: [script],
    env: {},
    provideClusterInfo: false,
    interactiveMode: 'IfAvailable',
    ...more,
    runs: () => (existsSync(runs) ? readFileSync(runs, 'utf8').length : 0),
  };
}
const context = (exec: ExecPlugin): ContextConfig => ({ context: 'c', cluster, user: { name: 'u', exec } });

describe('runExecPlugin', () => {
  const options = { cluster, clock: realClock };

  it('reads token, certificate and expiry', async () => {
    const all = plugin(
      'all',
      `print({ token: 't', clientCertificateData: 'C', clientKeyData: 'K', expirationTimestamp: '2026-11-21T03:00:00Z' })`,
    );
    expect(await runExecPlugin(all, options)).toEqual({
      authorization: 'Bearer t',
      cert: 'C',
      key: 'K',
      expiresAt: Date.UTC(2026, 10, 21, 3),
    });
  });

  it('passes its environment and tells the cluster when asked to', async () => {
    const echo = plugin('echo', `print({ token: process.env.REGION + process.env.KUBERNETES_EXEC_INFO })`, {
      env: { REGION: 'eu' },
      provideClusterInfo: true,
    });
    const { authorization = '' } = await runExecPlugin(echo, options);
    expect(authorization).toMatch(/^Bearer eu\{/);
    expect(JSON.parse(authorization.slice('Bearer eu'.length))).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: {
        interactive: false,
        cluster: {
          server: 'https://k:6443',
          'certificate-authority-data': Buffer.from('CA').toString('base64'),
        },
      },
    });
  });

  it('kills a plugin that hangs, after 10 s', async () => {
    const clock = createFakeClock(0);
    const pidFile = join(dir, 'hang.pid');
    const hang = plugin(
      'hang',
      `fs.writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000)`,
    );
    const running = runExecPlugin(hang, { cluster, clock });
    const outcome = expect(running).rejects.toThrow(/did not answer within 10 s/);
    while (!existsSync(pidFile) || readFileSync(pidFile, 'utf8') === '') await clock.settle();
    await clock.advance(10_000);
    await outcome;
    const pid = Number(readFileSync(pidFile, 'utf8'));
    const isAlive = () => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    while (isAlive()) await clock.settle();
    expect(isAlive()).toBe(false);
  });

  it.each<[string, () => ExecPlugin, RegExp]>([
    [
      'is not installed',
      () => plugin('x1', '', { command: join(dir, 'missing'), installHint: 'Install it with brew.' }),
      /is not installed\. Install it with brew\./,
    ],
    [
      'fails',
      () =>
        plugin(
          'x2',
          `console.error('noise'); console.error('session expired for https://u:pw@sso'); process.exit(3)`,
        ),
      /exit code 3\): session expired for https:\/\/\*\*\*@sso\.$/,
    ],
    ['prints no JSON', () => plugin('x3', `console.log('please log in')`), /printed no credential/],
    ['prints no token', () => plugin('x4', `print({})`), /printed no credential/],
    ['needs a terminal', () => plugin('x5', '', { interactiveMode: 'Always' }), /needs a terminal/],
  ])('names a plugin that %s', async (_name, make, message) => {
    const attempt = runExecPlugin(make(), options);
    await expect(attempt).rejects.toThrow(ExecPluginError);
    await expect(attempt).rejects.toThrow(message);
  });

  it('a file that is no program cannot be started', async () => {
    const text = join(dir, 'text');
    writeFileSync(text, 'hello');
    chmodSync(text, 0o644);
    await expect(runExecPlugin(plugin('x6', '', { command: text, args: [] }), options)).rejects.toThrow(
      /cannot be started/,
    );
  });
});

describe('createCredentialSource with a plugin', () => {
  it('twenty requests at once run it once', async () => {
    const counted = plugin('flight', 'print({ token: `t${count}` })');
    const source = createCredentialSource(context(counted), realClock);
    const all = await Promise.all(Array.from({ length: 20 }, () => source.current()));
    expect(new Set(all.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer t1']));
    expect(counted.runs()).toBe(1);
  });

  it('keeps a credential until shortly before it expires', async () => {
    const clock = createFakeClock(Date.UTC(2026, 10, 21, 2, 0));
    const hourly = plugin(
      'expiry',
      `print({ token: 't' + count, expirationTimestamp: '2026-11-21T0' + (2 + count) + ':00:00Z' })`,
    );
    const source = createCredentialSource(context(hourly), clock);
    expect((await source.current()).authorization).toBe('Bearer t1');
    await clock.advance(3_589_000);
    expect((await source.current()).authorization).toBe('Bearer t1');
    await clock.advance(2_000);
    expect((await source.current()).authorization).toBe('Bearer t2');
  });

  it('ten refusals of one credential run it once more', async () => {
    const counted = plugin('refused', 'print({ token: `t${count}` })');
    const source = createCredentialSource(context(counted), realClock);
    const used = await source.current();
    const fresh = await Promise.all(
      Array.from({ length: 10 }, async () => {
        source.refused(used);
        return source.current();
      }),
    );
    expect(new Set(fresh.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer t2']));
    source.refused(used);
    expect((await source.current()).authorization).toBe('Bearer t2');
    expect(counted.runs()).toBe(2);
  });

  it('a failure is not kept: the next request tries again', async () => {
    const flaky = plugin('flaky', `if (count === 1) process.exit(1); print({ token: 't' })`);
    const source = createCredentialSource(context(flaky), realClock);
    await expect(source.current()).rejects.toThrow(ExecPluginError);
    expect((await source.current()).authorization).toBe('Bearer t');
  });
});

describe('createCredentialSource with files', () => {
  it('reads a rotated token after a minute, or at once when the old one is refused', async () => {
    const tokenFile = join(dir, 'token');
    writeFileSync(tokenFile, 'one\n');
    const clock = createFakeClock(0);
    const source = createCredentialSource({ context: 'c', cluster, user: { name: 'u', tokenFile } }, clock);
    const first = await source.current();
    expect(first.authorization).toBe('Bearer one');
    writeFileSync(tokenFile, 'two\n');
    await clock.advance(59_000);
    expect((await source.current()).authorization).toBe('Bearer one');
    await clock.advance(1_000);
    expect((await source.current()).authorization).toBe('Bearer two');
    writeFileSync(tokenFile, 'three\n');
    source.refused(await source.current());
    expect((await source.current()).authorization).toBe('Bearer three');
  });

  it('says so when a credential file has gone', async () => {
    const source = createCredentialSource(
      { context: 'c', cluster, user: { name: 'u', tokenFile: join(dir, 'gone') } },
      realClock,
    );
    await expect(source.current()).rejects.toThrow(/gone cannot be read any more/);
  });
});
