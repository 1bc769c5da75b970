import { spawn } from 'node:child_process';
import type { Clock } from './clock.ts';
import type { Credentials } from './credential.ts';
import type { ClusterConfig, ExecPlugin } from './context-config.ts';
import { maskCredentials } from './mask.ts';
import { asWire, epochMs, isWire, optionalText } from './to-model/wire.ts';

export class ExecPluginError extends Error {
  override readonly name = 'ExecPluginError';
}

const TIMEOUT_MS = 10_000;
const MAX_OUTPUT_BYTES = 1_000_000;
const MAX_STDERR = 300;

/**
 * Runs a client-go credential plugin and reads the ExecCredential it prints.
 * Own implementation because client-node's has no timeout, no KUBERNETES_EXEC_INFO and no single flight
 * (the caller caches). Contract: https://kubernetes.io/docs/reference/config-api/client-authentication.v1/
 *
 * @throws ExecPluginError with one sentence: not found, timed out, failed, or printed something else.
 */
export async function runExecPlugin(
  plugin: ExecPlugin,
  { cluster, clock, timeoutMs = TIMEOUT_MS }: { cluster: ClusterConfig; clock: Clock; timeoutMs?: number },
): Promise<Credentials> {
  if (plugin.interactiveMode === 'Always') {
    throw new ExecPluginError(
      `The credential plugin "${plugin.command}" needs a terminal; log in with kubectl first.`,
    );
  }
  const output = await run(plugin, execInfo(plugin, cluster), { clock, timeoutMs });
  return readCredential(plugin, output);
}

function execInfo(plugin: ExecPlugin, cluster: ClusterConfig): string {
  const info = {
    server: cluster.server,
    'tls-server-name': cluster.tlsServerName,
    'insecure-skip-tls-verify': cluster.insecureTls || undefined,
    'certificate-authority-data':
      cluster.ca && 'data' in cluster.ca ? cluster.ca.data.toString('base64') : undefined,
    'proxy-url': cluster.proxyUrl,
  };
  return JSON.stringify({
    apiVersion: plugin.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(plugin.provideClusterInfo ? { cluster: info } : {}) },
  });
}

async function run(
  plugin: ExecPlugin,
  info: string,
  { clock, timeoutMs }: { clock: Clock; timeoutMs: number },
): Promise<string> {
  const child = spawn(plugin.command, plugin.args, {
    env: { ...process.env, ...plugin.env, KUBERNETES_EXEC_INFO: info },
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const finished = new AbortController();
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout = (stdout + text).slice(0, MAX_OUTPUT_BYTES);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-MAX_STDERR);
  });

  const exit = new Promise<string>((resolve, reject) => {
    child.once('error', (error) => reject(notStarted(plugin, error)));
    child.once('close', (code) => {
      if (code === 0) resolve(stdout);
      else reject(failed(plugin, `failed (exit code ${code ?? 'none'})`, stderr));
    });
  });
  const deadline = clock.sleep(timeoutMs, finished.signal).then(() => {
    if (finished.signal.aborted) return '';
    child.kill('SIGKILL');
    // A grandchild may hold the pipes open; nobody waits for them.
    child.stdout.destroy();
    child.stderr.destroy();
    throw failed(plugin, `did not answer within ${timeoutMs / 1000} s`, stderr);
  });
  try {
    return await Promise.race([exit, deadline]);
  } finally {
    finished.abort();
    exit.catch(() => undefined); // it loses the race after a timeout
  }
}

function readCredential(plugin: ExecPlugin, output: string): Credentials {
  const credential = parseJson(output);
  const status =
    isWire(credential) && credential['kind'] === 'ExecCredential' ? asWire(credential['status']) : {};
  const token = optionalText(status['token']);
  const cert = optionalText(status['clientCertificateData']);
  const key = optionalText(status['clientKeyData']);
  if (!token && !(cert && key)) {
    throw new ExecPluginError(`The credential plugin "${plugin.command}" printed no credential.`);
  }
  return {
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(cert && key ? { cert, key } : {}),
    expiresAt: epochMs(status['expirationTimestamp']),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function notStarted(plugin: ExecPlugin, error: Error): ExecPluginError {
  const why = 'code' in error && error.code === 'ENOENT' ? 'is not installed' : 'cannot be started';
  const hint = plugin.installHint ? ` ${plugin.installHint.trim()}` : '';
  return new ExecPluginError(`The credential plugin "${plugin.command}" ${why}.${hint}`, { cause: error });
}

function failed(plugin: ExecPlugin, what: string, stderr: string): ExecPluginError {
  const said = maskCredentials(stderr.trim().split('\n').at(-1) ?? '');
  return new ExecPluginError(`The credential plugin "${plugin.command}" ${what}${said ? `: ${said}` : ''}.`);
}
