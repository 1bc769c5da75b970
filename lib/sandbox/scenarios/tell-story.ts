import type { Draft } from '#lib/sandbox/client/write.ts';
import type { Cluster } from '#lib/sandbox/cluster.ts';
import type { Step } from './scenario.ts';
import { createIfMissing, upsert } from './upsert.ts';

export type Story = {
  /** What exists before; what is there already (a restart) is left alone. */
  readonly objects: readonly Draft[];
  readonly steps: readonly Step[];
  /** How long after one manifest the next is applied. */
  readonly everyMs?: number;
};

/** Manifests are applied one after the other, as a deployment pipeline would. */
const SEED_EVERY_MS = 400;

/** Plans everything people do to the cluster from now on; it happens as the cluster's clock moves. */
export function tellStory(cluster: Cluster, { objects, steps, everyMs = SEED_EVERY_MS }: Story): void {
  // Namespaces and nodes at once, the rest in a steady stream.
  const first = objects.filter(
    ({ kind }) => kind === 'Namespace' || kind === 'Node' || kind === 'StorageClass',
  );
  const rest = objects.filter((object) => !first.includes(object));
  [...first, ...rest].forEach((object, index) => {
    const delay = everyMs * Math.max(0, index - first.length + 1);
    cluster.clock.after(delay, () => run(cluster, createIfMissing(cluster.api, object)));
  });
  for (const { afterMs, apply } of steps) {
    cluster.clock.after(afterMs, () => {
      for (const object of apply) run(cluster, upsert(cluster.api, object));
    });
  }
}

function run({ activity, report }: Cluster, step: Promise<unknown>): void {
  activity.track(step.then(() => undefined, report));
}
