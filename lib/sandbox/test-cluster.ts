import type { Deployment, Pod, ReplicaSet } from './client/objects.ts';
import type { KubeEvent } from './client/event-objects.ts';
import type { Draft } from './client/write.ts';
import { createSandbox, type Sandbox, type SandboxOptions } from './create-sandbox.ts';
import { upsert } from './scenarios/upsert.ts';

export const TEST_NOW = Date.UTC(2026, 0, 5, 12);

/** For tests: a sandbox driven by hand, with short ways to what they ask about. */
export class TestCluster {
  readonly sandbox: Sandbox;
  /** Errors that were retried. */
  readonly errors: unknown[];

  private constructor(sandbox: Sandbox, errors: unknown[]) {
    this.sandbox = sandbox;
    this.errors = errors;
  }

  /** Bare nodes and no history unless asked otherwise. */
  static async start(options: Partial<SandboxOptions> = {}): Promise<TestCluster> {
    const errors: unknown[] = [];
    const sandbox = await createSandbox({
      seed: 'test',
      endAt: TEST_NOW,
      backfillMs: 10_000,
      contents: 'nodes',
      report: (error) => errors.push(error),
      ...options,
    });
    return new TestCluster(sandbox, errors);
  }

  get now(): number {
    return this.sandbox.clock.now();
  }

  async advance(ms: number): Promise<void> {
    await this.sandbox.clock.advance(ms);
  }

  async apply(...objects: readonly Draft[]): Promise<void> {
    for (const object of objects) await upsert(this.sandbox.simulation.cluster.api, object);
  }

  /** A merge patch, as a user would send it. */
  async patch(path: string, body: unknown): Promise<void> {
    const contentType = 'application/merge-patch+json';
    const { status } = await this.sandbox.transport.request({ method: 'PATCH', path, body, contentType });
    if (status >= 400) throw new Error(`PATCH ${path}: HTTP ${status}`);
  }

  deployment(path: string): Deployment {
    const [namespace, name = ''] = path.split('/');
    const found = this.sandbox.simulation.cluster.informers.deployments.get(namespace, name);
    if (!found) throw new Error(`There is no Deployment ${path}`);
    return found;
  }

  /** Of one app, by revision. */
  replicaSets(path: string): readonly ReplicaSet[] {
    const revision = ({ metadata }: ReplicaSet) =>
      Number(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
    return this.#ofApp(path, this.sandbox.simulation.cluster.informers.replicaSets).toSorted(
      (a, b) => revision(a) - revision(b),
    );
  }

  pods(path: string): readonly Pod[] {
    return this.#ofApp(path, this.sandbox.simulation.cluster.informers.pods);
  }

  async events(namespace: string): Promise<readonly KubeEvent[]> {
    const all = await this.sandbox.simulation.cluster.listEvents();
    return all.filter(({ metadata }) => metadata.namespace === namespace);
  }

  #ofApp<T extends Pod | ReplicaSet>(
    path: string,
    from: { list(namespace: string): readonly T[] },
  ): readonly T[] {
    const [namespace = '', name = ''] = path.split('/');
    return from.list(namespace).filter(({ metadata }) => metadata.labels?.app === name);
  }
}
