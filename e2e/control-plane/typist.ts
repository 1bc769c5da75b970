import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Account } from '#lib/sandbox/apiserver/https/accounts.ts';
import { writeKubeconfig } from '#lib/sandbox/apiserver/https/kubeconfig.ts';
import { wordsOf, type Step } from './conformance/step.ts';

const COMMAND_MS = 90_000;

/** What one has to know of a cluster to talk to it. */
export type Cluster = {
  readonly server: string;
  readonly ca: string;
  readonly accounts: readonly Account[];
};

export type Typist = {
  /** What one command prints: standard output, standard error, then its exit code when that is not 0. */
  type(step: Step): Promise<string>;
};

type Place = {
  readonly kubectl: string;
  /** Made here: the kubeconfig, kubectl's cache, the files. */
  readonly home: string;
  /** Name -> content, for commands that read files. */
  readonly files: Readonly<Record<string, string>>;
};

/** Somebody who types kubectl commands at one cluster; both sides' contexts have the same names. */
export async function typistAt(cluster: Cluster, { kubectl, home, files }: Place): Promise<Typist> {
  const kubeconfig = join(home, 'kubeconfig');
  await mkdir(home, { recursive: true });
  await writeKubeconfig(kubeconfig, { ...cluster, name: 'cluster' });
  for (const [name, content] of Object.entries(files)) await writeFile(join(home, name), content);
  const settings = ['--kubeconfig', kubeconfig, '--cache-dir', join(home, 'cache')];
  const run = (step: Step): Promise<string> =>
    typed({ kubectl, home, args: [...settings, ...wordsOf(step.command)] }, step, async () => {
      for (const command of step.during ?? []) await run({ command });
    });
  return { type: run };
}

type Call = { readonly kubectl: string; readonly home: string; readonly args: readonly string[] };

function typed({ kubectl, home, args }: Call, step: Step, during: () => Promise<void>): Promise<string> {
  const { PATH, NODE_ENV } = process.env;
  const own = { HOME: home, TMPDIR: home, LC_ALL: 'C', KUBE_EDITOR: step.editor ?? 'false' };
  // Too short a life to collect garbage.
  const env = { PATH, NODE_ENV, GOGC: 'off', ...own };
  const child = spawn(kubectl, args, { env, cwd: home, timeout: COMMAND_MS });
  let [out, err] = ['', ''];
  let meanwhile: Promise<void> | undefined;
  let ended = false;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
    meanwhile ??= during();
    const end = step.ends ? endOf(out, step.ends) : undefined;
    if (end === undefined || ended) return;
    ended = true;
    out = out.slice(0, end);
    child.kill();
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (err += chunk));
  child.stdin.on('error', () => undefined); // a command that reads nothing
  child.stdin.end(step.stdin ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (step.ends && !ended) err += 'ended by itself, or by the time limit\n';
      const status = ended || code === 0 ? '' : `exit ${code ?? signal}\n`;
      const text = `${ended ? out.slice(0, endOf(out, step.ends)) : out}${err}${status}`;
      void (meanwhile ?? Promise.resolve()).then(() => resolve(text.replaceAll(home, 'HOME')), reject);
    });
  });
}

/** Where the line ends with which `text` matches; undefined while it does not. */
function endOf(text: string, pattern: RegExp | undefined): number | undefined {
  const found = pattern?.exec(text);
  if (!found) return undefined;
  const newline = text.indexOf('\n', found.index + found[0].length - 1);
  return newline < 0 ? undefined : newline + 1;
}
