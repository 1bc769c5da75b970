import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Ran = { readonly code: number; readonly out: string; readonly err: string };
export type Kubectl = (args: readonly string[], options?: { stdin?: string; forMs?: number }) => Promise<Ran>;

/** The real kubectl, with a home and a cache of its own: it must not touch the user's. */
export async function kubectlRunner(
  kubeconfig: string,
): Promise<{ kubectl: Kubectl; clean(): Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'kubectl-'));
  const fixed = ['--kubeconfig', kubeconfig, '--cache-dir', join(home, 'cache')];
  return {
    kubectl: (args, options) => run([...fixed, ...args], home, options),
    clean: () => rm(home, { recursive: true, force: true }),
  };
}

/** `forMs` ends commands that would watch for ever. */
function run(
  args: readonly string[],
  home: string,
  { stdin, forMs }: { stdin?: string; forMs?: number } = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn('kubectl', args, {
      env: { ...process.env, HOME: home, KUBECONFIG: '' },
      timeout: forMs,
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, out, err }));
    child.stdin.end(stdin ?? '');
  });
}
