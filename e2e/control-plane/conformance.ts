import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from '#lib/sandbox/apiserver/https/accounts.ts';
import { writeKubeconfig } from '#lib/sandbox/apiserver/https/kubeconfig.ts';
import { serveSandbox } from '#lib/sandbox/serve-sandbox.ts';
import { wallClock } from '#lib/sandbox/wall-clock.ts';
import { ensureControlPlaneBuilt } from './build.ts';
import { KNOWN_DIFFERENCES } from './known-differences.ts';
import { STEPS, type Step } from './conformance-commands.ts';
import { differentLines, normalised } from './normalised.ts';
import { startNodes } from './start-nodes.ts';
import { startControlPlane } from './start.ts';

/**
 * The same kubectl commands at the sandbox and at a real control plane, with the same nodes; outputs compared. Ends with
 * 1 when something differs that is not a known difference.
 *
 *     node e2e/control-plane/conformance.ts
 */
const SEED = 'conformance';
const COMMAND_MS = 90_000;
const UNTIL_MS = 180_000;

type Side = { readonly kubectl: (step: Step) => Promise<string> };
type Outcome = { readonly unknown: boolean; readonly lines: readonly string[] };

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const stops: (() => Promise<unknown>)[] = [];
const stopAll = async (): Promise<void> => {
  for (const stop of stops.splice(0).reverse()) await stop();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stopAll().finally(() => process.exit(130)));
}

try {
  process.exitCode = await compare();
} finally {
  await stopAll();
}

async function compare(): Promise<number> {
  const { kubectl, ...binaries } = await ensureControlPlaneBuilt({ say });
  const folder = await mkdtemp(join(tmpdir(), 'uncrash-conformance-'));
  stops.push(() => rm(folder, { recursive: true, force: true }));
  const controlPlane = await startControlPlane({ kubectl, ...binaries });
  stops.push(() => controlPlane.stop());
  const nodes = await startNodes(controlPlane, { seed: SEED, report: () => undefined });
  stops.push(() => nodes.stop());
  const own = join(folder, 'sandbox-kubeconfig');
  const served = await serveSandbox({ wallClock, kubeconfig: own, seed: SEED, contents: 'nodes' });
  stops.push(() => served.close());
  const side = async (name: string, at: Cluster): Promise<Side> => {
    // The same names on both sides, so that messages which tell them are equal.
    const kubeconfig = join(folder, name, 'kubeconfig');
    await writeKubeconfig(kubeconfig, { ...at, name: 'cluster' });
    return { kubectl: (step) => typed({ kubectl, kubeconfig, home: join(folder, name) }, step) };
  };
  const sandbox = await side('sandbox', {
    server: served.url,
    ca: await authorityOf(own),
    accounts: served.accounts,
  });
  const real = await side('real', { ...controlPlane, ca: controlPlane.identity.ca });
  return runAll({ sandbox, real });
}

type Cluster = { readonly server: string; readonly ca: string; readonly accounts: readonly Account[] };
type Sides = { readonly sandbox: Side; readonly real: Side };

async function runAll(sides: Sides): Promise<number> {
  const counts = { same: 0, known: 0, unknown: 0 };
  for (const step of STEPS) {
    const { unknown, lines } = await outcome(step, sides);
    const verdict = unknown ? 'unknown' : lines.length > 0 ? 'known' : 'same';
    counts[verdict] += 1;
    say(`${verdict === 'same' ? 'same   ' : 'differs'} kubectl ${step.command}`);
    for (const line of lines) say(`        ${line}`);
  }
  say(`${counts.same} same, ${counts.known} differ as known, ${counts.unknown} differ otherwise`);
  return counts.unknown > 0 ? 1 : 0;
}

async function outcome(step: Step, { sandbox, real }: Sides): Promise<Outcome> {
  const outputs = await Promise.all([sandbox, real].map((side) => settled(side, step)));
  const [ours = '', theirs = ''] = outputs.map(normalised);
  const different = differentLines(ours, theirs);
  const sameLines = different.sandbox.length === 0 && different.real.length === 0;
  if (sameLines && (step.unordered === true || ours === theirs)) return { unknown: false, lines: [] };
  if (sameLines) return { unknown: true, lines: ['the same lines in another order'] };
  const reasons = new Set<string>();
  const rest: string[] = [];
  for (const [where, lines] of Object.entries(different)) {
    for (const line of lines) {
      const known = KNOWN_DIFFERENCES.find(
        ({ command, line: pattern }) => (command?.test(step.command) ?? true) && pattern.test(line),
      );
      if (known) reasons.add(known.reason);
      else rest.push(`${where.padEnd(7)} | ${line}`);
    }
  }
  return { unknown: rest.length > 0, lines: [...reasons, ...rest] };
}

/** The output of the command, asked again until it looks as the step wants. */
async function settled(side: Side, step: Step): Promise<string> {
  const deadline = Date.now() + UNTIL_MS;
  const command = await filledIn(side, step.command);
  for (;;) {
    const output = await side.kubectl({ ...step, command });
    if (!step.until || step.until.test(output)) return output;
    // Not to be taken for agreement when it happens on both sides.
    if (Date.now() > deadline)
      throw new Error(`kubectl ${command} never looked like ${step.until}:\n${output}`);
    await delay(500);
  }
}

async function filledIn(side: Side, command: string): Promise<string> {
  const found = /\{newest ([^}]+)\}/.exec(command);
  if (!found) return command;
  const sort = '--sort-by=.metadata.creationTimestamp';
  const names = await side.kubectl({ command: `get pods -A -l ${found[1]} ${sort} -o name` });
  const name = names.trim().split('\n').at(-1)?.replace('pod/', '') ?? '';
  return command.replace(found[0], name);
}

type Typist = { readonly kubectl: string; readonly kubeconfig: string; readonly home: string };

/** Exit code, standard output and error of one command. */
function typed({ kubectl, kubeconfig, home }: Typist, { command, stdin }: Step): Promise<string> {
  const settings = ['--kubeconfig', kubeconfig, '--cache-dir', join(home, 'cache')];
  const env = { PATH: process.env.PATH, HOME: home, NODE_ENV: process.env.NODE_ENV, LC_ALL: 'C' };
  const options = { env, cwd: home, timeout: COMMAND_MS, maxBuffer: 16 * 1024 * 1024 };
  return new Promise((resolve) => {
    const child = execFile(kubectl, [...settings, ...command.split(' ')], options, (error, out, err) => {
      const code = error ? `exit ${error.code ?? error.signal}\n` : '';
      resolve(`${out}${err}${code}`.replaceAll(home, 'HOME'));
    });
    child.stdin?.end(stdin ?? '');
  });
}

/** The sandbox tells its certificate authority in its kubeconfig only. */
async function authorityOf(kubeconfig: string): Promise<string> {
  const data = /certificate-authority-data: (\S+)/.exec(await readFile(kubeconfig, 'utf8'))?.[1] ?? '';
  return Buffer.from(data, 'base64').toString();
}
