import { fstatSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DEFAULT_SCENARIOS, scenarioById } from '#lib/sandbox/scenarios/catalog.ts';
import { CannotBuildHere, ensureControlPlaneBuilt, ensureKubeletBuilt } from './build.ts';
import { endRunning, listenForEnd } from './control-socket.ts';
import { deployWorkloads, play } from './play.ts';
import { startNodes } from './start-nodes.ts';
import { startControlPlane } from './start.ts';

const USAGE = `Usage: npm run cluster -- [options]

A real Kubernetes control plane on loopback, with the sandbox's nodes. Needs Go the first time.

  --scenario <ids>  comma-separated scenarios to play (default: all of them; "none": none)
  --fleet           also the sandbox's 25 healthy workloads
  --seed <text>     equal seeds make programs behave equally (default: sandbox)
  --kubelet=real    two nodes with Kubernetes' own kubelet (Linux with user namespaces) instead of the sandbox's four
  --down            end the one that runs
  --help            this text
`;

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`${line}\n`);

await run().catch((error: unknown) => {
  complain(error instanceof Error ? error.message : String(error));
  process.exit(1);
});

async function run(): Promise<void> {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = { scenario: text, seed: text, kubelet: text, fleet: flag, down: flag, help: flag };
  const { values } = parseArgs({ options });
  if (values.help) return print(USAGE.trimEnd());
  if (values.down) return print((await endRunning()) ? 'ended' : 'no cluster is running');
  const { seed = 'sandbox', fleet, scenario, kubelet = 'sandbox' } = values;
  if (kubelet !== 'sandbox' && kubelet !== 'real') throw new Error('--kubelet is `sandbox` or `real`');
  const asked = scenario?.split(',').filter((id) => id !== '' && id !== 'none');
  const scenarios = asked ?? DEFAULT_SCENARIOS.map(({ id }) => id);
  scenarios.forEach(scenarioById); // throws before anything is started
  await serve({ seed, fleet, scenarios, isKubeletReal: kubelet === 'real' });
}

type Served = {
  readonly seed: string;
  readonly fleet: boolean;
  readonly scenarios: readonly string[];
  readonly isKubeletReal: boolean;
};

async function serve({ seed, fleet, scenarios, isKubeletReal }: Served): Promise<void> {
  const stopping = Promise.withResolvers<number>();
  process.on('SIGTERM', () => stopping.resolve(0));
  process.on('SIGINT', () => stopping.resolve(130));
  process.on('SIGHUP', () => stopping.resolve(129));
  stopWithParent(() => stopping.resolve(0));
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).reverse()) await step();
  };
  const work = async (): Promise<void> => {
    closing.push(await listenForEnd(() => stopping.resolve(0)));
    const building = new AbortController();
    closing.push(async () => building.abort());
    const options = { say: complain, signal: building.signal };
    const binaries = await ensureControlPlaneBuilt(options);
    const realKubelet = isKubeletReal ? await ensureKubeletBuilt(options) : undefined;
    const controlPlane = await startControlPlane(binaries);
    closing.push(() => controlPlane.stop());
    const fail = (reason: string): void => {
      complain(reason);
      stopping.resolve(1);
    };
    void controlPlane.failed.then(fail);
    const nodes = await startNodes(controlPlane, { seed, realKubelet, report: () => undefined });
    closing.push(() => nodes.stop());
    void nodes.failed.then(fail);
    print(`KUBECONFIG=${controlPlane.kubeconfig}`);
    print(`kubectl: ${binaries.kubectl}`);
    await deployWorkloads(nodes.cluster, { scenarios, fleet });
    await play(nodes.cluster, scenarios);
    const { kubeconfig, server } = controlPlane;
    print(JSON.stringify({ event: 'ready', kubeconfig, server }));
  };
  const working = work().catch((error: unknown) => {
    complain(error instanceof Error ? error.message : String(error));
    stopping.resolve(error instanceof CannotBuildHere ? 2 : 1);
  });
  const code = await stopping.promise;
  await close();
  // What was under way may have started something after we closed.
  await Promise.race([working, new Promise((resolve) => setTimeout(resolve, 2000))]);
  await close();
  process.exit(code);
}

/** A parent that is killed cannot stop its child, but its end of our stdin (or its message channel) closes. */
function stopWithParent(stop: () => void): void {
  if (process.connected) process.once('disconnect', stop);
  const stdin = fstatSync(0);
  if (!stdin.isFIFO() && !stdin.isSocket()) return;
  process.stdin.on('end', stop);
  process.stdin.on('error', stop);
  process.stdin.resume();
}
