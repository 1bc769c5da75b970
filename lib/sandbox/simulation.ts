import type { Draft } from './client/write.ts';
import type { Clock } from './clock.ts';
import { Cluster } from './cluster.ts';
import { startControllers } from './controllers/start-controllers.ts';
import { Kubelet, type CharacterOf } from './kubelet/kubelet.ts';
import { ContainerLogs } from './logs.ts';
import { Network } from './network.ts';
import { seededRandom, type Random } from './random.ts';
import { startArgoCd } from './scenarios/argo-cd.ts';
import { DEFAULT_SCENARIOS, scenarioById } from './scenarios/catalog.ts';
import { fleetScript, fleetSeed } from './scenarios/fleet.ts';
import { nodes } from './scenarios/nodes.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { playScenario, startScenarioPlayer } from './scenarios/scenario-player.ts';
import { tellStory } from './scenarios/tell-story.ts';
import { startChurn } from './scale/churn.ts';
import { startScheduler } from './scheduler/start-scheduler.ts';
import { STANDARD_CLASS } from './storage/disk-driver.ts';
import { startDiskDriver } from './storage/start-disk-driver.ts';
import type { Transport } from './transport.ts';

export type SimulationOptions = {
  readonly transport: Transport;
  readonly clock: Clock;
  /** Decides how programs run: times, log lines, exits. */
  readonly seed: string;
  /** Decides names and jitter; made from the seed when absent. */
  readonly random?: Random;
  /** Ids of the scenarios whose scripts run. */
  readonly scenarios?: readonly string[];
  /**
   * `everything` by default: 25 healthy workloads and those of the default scenarios too. `scenarios` leaves out the healthy
   * ones, `chosen` also those of scenarios that were not asked for, and `nodes` all of them.
   */
  readonly contents?: 'everything' | 'scenarios' | 'chosen' | 'nodes';
  /** Whose chances a pod draws; its uid's when absent. */
  readonly characterOf?: CharacterOf;
  /** Keeps a fleet of so many pods moving: restarts, releases, scaling, crashes. */
  readonly churn?: number;
  readonly rootCa?: string;
  readonly report?: (error: unknown) => void;
};

export type Simulation = {
  readonly cluster: Cluster;
  readonly logs: ContainerLogs;
  /** Plays a scenario now. @throws RangeError for an unknown id. */
  play(id: string): Promise<void>;
  stop(): void;
};

/**
 * Everything in a cluster but its API server: controllers, scheduler, kubelets and the people who deploy. All of it
 * are ordinary API clients behind `transport`. Resolves when they watch; the stories then unfold with the clock.
 */
export async function startSimulation(options: SimulationOptions): Promise<Simulation> {
  const { transport, clock, seed, rootCa, report, characterOf } = options;
  const { scenarios = [], contents = 'everything' } = options;
  const chosen = scenarios.map(scenarioById);
  const cluster = new Cluster({
    transport,
    clock,
    random: options.random ?? seededRandom(seed),
    rootCa,
    report,
  });
  const logs = new ContainerLogs(clock);
  const stopped = new AbortController();
  startControllers(cluster);
  startScheduler(cluster);
  startDiskDriver(cluster);
  startArgoCd(cluster);
  const network = new Network(cluster);
  startKubelets(cluster, { logs, network, seed, characterOf, signal: stopped.signal });
  await cluster.start(stopped.signal);
  network.start();
  await startScenarioPlayer(cluster);
  if (options.churn !== undefined)
    startChurn(cluster, { pods: options.churn, random: cluster.random.fork('churn') });
  tellStory(cluster, {
    objects: [
      ...nodes(clock.now(), chosen.length),
      STANDARD_CLASS,
      ...(contents === 'everything' ? fleetSeed() : []),
      ...seedOf(contents, chosen),
    ],
    steps: [...(contents === 'everything' ? fleetScript() : []), ...chosen.flatMap(({ script }) => script)],
  });
  return {
    cluster,
    logs,
    play: (id) => playScenario(cluster, id),
    stop: () => stopped.abort(),
  };
}

function seedOf(contents: SimulationOptions['contents'], chosen: readonly Scenario[]): readonly Draft[] {
  if (contents === 'nodes') return [];
  const scenarios = contents === 'chosen' ? chosen : [...DEFAULT_SCENARIOS, ...chosen];
  return [...new Set(scenarios)].flatMap(({ seed }) => seed);
}

type KubeletOptions = Pick<SimulationOptions, 'seed' | 'characterOf'> & {
  readonly logs: ContainerLogs;
  readonly network: Network;
  readonly signal: AbortSignal;
};

function startKubelets(cluster: Cluster, { signal, ...options }: KubeletOptions): void {
  const started = new Set<string>();
  cluster.informers.nodes.subscribe(({ object: node, deleted }) => {
    const { name } = node.metadata;
    if (deleted || started.has(name)) return;
    started.add(name);
    new Kubelet({ ...options, cluster, node, index: started.size - 1 }).start(signal);
  });
}
