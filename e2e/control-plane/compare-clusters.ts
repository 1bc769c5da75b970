import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createIdentity } from '#lib/sandbox/apiserver/https/certificate.ts';
import { createGuardedFolder } from '#lib/sandbox/guarded-folder.ts';
import { serveSandbox } from '#lib/sandbox/serve-sandbox.ts';
import { wallClock } from '#lib/sandbox/wall-clock.ts';
import { ensureControlPlaneBuilt } from './build.ts';
import { AFTERWARDS, BEFOREHAND, TRACKS } from './conformance/tracks.ts';
import type { Step } from './conformance/step.ts';
import { KNOWN_DIFFERENCES, type KnownDifference } from './known-differences.ts';
import { differentLines, normalised } from './normalised.ts';
import { startNodes } from './start-nodes.ts';
import { startControlPlane } from './start.ts';
import { typistAt, type Cluster, type Typist } from './typist.ts';

const SEED = 'conformance';
const UNTIL_MS = 180_000;

export type Outcome = {
  readonly command: string;
  readonly verdict: 'same' | 'known' | 'unexplained';
  /** Reasons of what is known, then what only one side printed. */
  readonly lines: readonly string[];
};

export type Comparison = {
  readonly outcomes: readonly Outcome[];
  /** Reasons of known differences that were not seen. */
  readonly stale: readonly string[];
};

type Options = {
  readonly say: (line: string) => void;
  /** Told of each outcome as it comes. */
  readonly seen?: (outcome: Outcome) => void;
  /** Stops everything that was started. */
  readonly signal?: AbortSignal;
  /** Only these tracks; nothing is stale then. */
  readonly only?: readonly string[];
};

/**
 * Types the same kubectl commands at the sandbox and at a real control plane, both with the same nodes, and compares
 * what is printed. Builds the control plane when it is not built yet.
 * @throws Error when one side cannot be started, or never prints what a step waits for.
 */
export async function compareClusters({ say, seen, signal, only }: Options): Promise<Comparison> {
  await using started = new AsyncDisposableStack();
  const { kubectl, ...binaries } = await ensureControlPlaneBuilt({ say, signal });
  const home = await createGuardedFolder('uncrash-conformance-');
  const folder = home.path;
  started.defer(() => home.remove());
  const stopped = Promise.withResolvers<never>();
  stopped.promise.catch(() => undefined); // nobody may be waiting yet
  signal?.addEventListener('abort', () => stopped.reject(signal.reason as Error), { once: true });
  const clusters = await Promise.all([sandbox(started, folder), realOne(started, { kubectl, ...binaries })]);
  const { certificate, key } = createIdentity(Date.now());
  const typists = await Promise.all(
    clusters.map((cluster, index) =>
      typistAt(cluster, {
        kubectl,
        home: join(folder, index === 0 ? 'ours' : 'real'),
        files: { 'tls.crt': certificate, 'tls.key': key },
      }),
    ),
  );
  const [ours, real] = typists;
  if (!ours || !real) throw new Error('two sides are needed');
  // Awaited here: what was started ends when this function does.
  return await Promise.race([
    stopped.promise,
    compareAll({ sandbox: ours, real }, { seen: seen ?? (() => undefined), only }),
  ]);
}

async function realOne(
  started: AsyncDisposableStack,
  binaries: Parameters<typeof startControlPlane>[0],
): Promise<Cluster> {
  const controlPlane = await startControlPlane(binaries);
  started.defer(() => controlPlane.stop());
  const nodes = await startNodes(controlPlane, { seed: SEED, report: () => undefined });
  started.defer(() => nodes.stop());
  return { ...controlPlane, ca: controlPlane.identity.ca };
}

async function sandbox(started: AsyncDisposableStack, folder: string): Promise<Cluster> {
  const kubeconfig = join(folder, 'sandbox-kubeconfig');
  const served = await serveSandbox({ wallClock, kubeconfig, seed: SEED, contents: 'nodes' });
  started.defer(() => served.close());
  // The sandbox tells its certificate authority in its kubeconfig only.
  const written = await readFile(kubeconfig, 'utf8');
  const data = /certificate-authority-data: (\S+)/.exec(written)?.[1] ?? '';
  return { server: served.url, ca: Buffer.from(data, 'base64').toString(), accounts: served.accounts };
}

type Sides = { readonly sandbox: Typist; readonly real: Typist };

async function compareAll(
  sides: Sides,
  { seen, only }: { readonly seen: (outcome: Outcome) => void; readonly only?: readonly string[] },
): Promise<Comparison> {
  const outcomes: Outcome[] = [];
  const met = new Set<KnownDifference>();
  const run = async (steps: readonly Step[]): Promise<void> => {
    for (const step of steps) {
      const outcome = await compareStep(step, sides, met);
      outcomes.push(outcome);
      seen(outcome);
    }
  };
  await run(BEFOREHAND);
  // Tracks wait for pods most of the time, each for its own.
  const tracks = Object.entries(TRACKS).filter(([name]) => only?.includes(name) ?? true);
  await Promise.all(tracks.map(([, steps]) => run(steps)));
  if (only) return { outcomes, stale: [] };
  await run(AFTERWARDS);
  const stale = KNOWN_DIFFERENCES.filter((known) => !met.has(known)).map(({ reason }) => reason);
  return { outcomes, stale };
}

async function compareStep(
  step: Step,
  { sandbox, real }: Sides,
  met: Set<KnownDifference>,
): Promise<Outcome> {
  const outputs = await Promise.all([sandbox, real].map((side) => settled(side, step)));
  const [ours = '', theirs = ''] = outputs.map(normalised);
  const different = differentLines(ours, theirs);
  const { command } = step;
  if (different.sandbox.length === 0 && different.real.length === 0) {
    const isSame = step.unordered === true || ours === theirs;
    if (isSame) return { command, verdict: 'same', lines: [] };
    return {
      command,
      verdict: 'unexplained',
      lines: ['the same lines in another order; the real ones:', theirs],
    };
  }
  const reasons = new Set<string>();
  const rest: string[] = [];
  for (const [where, lines] of Object.entries(different)) {
    for (const line of lines) {
      const known = KNOWN_DIFFERENCES.find((one) => one.command.test(command) && one.line.test(line));
      if (known) {
        met.add(known);
        reasons.add(known.reason);
      } else rest.push(`${where.padEnd(7)} | ${line}`);
    }
  }
  return { command, verdict: rest.length > 0 ? 'unexplained' : 'known', lines: [...reasons, ...rest] };
}

/** The output of the command, asked again until it looks as the step wants. */
async function settled(side: Typist, step: Step): Promise<string> {
  const deadline = Date.now() + UNTIL_MS;
  const command = await filledIn(side, step.command);
  for (;;) {
    const output = await side.type({ ...step, command });
    if (!step.until || step.until.test(output)) return output;
    // Not to be taken for agreement when it happens on both sides.
    if (Date.now() > deadline)
      throw new Error(`kubectl ${command} never looked like ${step.until}:\n${output}`);
    await delay(500);
  }
}

async function filledIn(side: Typist, command: string): Promise<string> {
  const found = /\{newest ([^}]+)\}/.exec(command);
  if (!found) return command;
  const sort = '--sort-by=.metadata.creationTimestamp';
  const names = await side.type({ command: `get pods -A -l ${found[1]} ${sort} -o name` });
  const name = names.trim().split('\n').at(-1)?.replace('pod/', '') ?? '';
  return command.replace(found[0], name);
}
