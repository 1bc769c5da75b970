import { ApiFailure } from '#lib/sandbox/client/api-client.ts';
import type { Change } from '#lib/sandbox/client/informer.ts';
import type { Kind, KubeObject } from '#lib/sandbox/client/objects.ts';
import { WorkQueue } from '#lib/sandbox/client/work-queue.ts';
import type { Cluster } from '#lib/sandbox/cluster.ts';
import type { EventRecorder } from '#lib/sandbox/events/event-recorder.ts';
import { applyWrites, ToldRefusal } from './apply-writes.ts';
import type { Pass } from './pass.ts';

export const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

const split = (key: string): [string, string] => {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
};

function workQueue(cluster: Cluster, process: (key: string) => Promise<void>): WorkQueue {
  const { clock, activity } = cluster;
  const report = (error: unknown): void => {
    if (!(error instanceof ToldRefusal)) cluster.report(error);
  };
  return new WorkQueue({ clock, activity, report, process });
}

/** A queue whose keys are `namespace/name` and whose passes are carried out at once; undefined is nothing to do. */
export function controllerQueue(
  cluster: Cluster,
  component: string,
  reconcile: (key: [string, string]) => Pass | undefined,
): WorkQueue {
  const recorder = cluster.recorder(component);
  const queue = workQueue(cluster, async (key) => {
    const pass = reconcile(split(key));
    if (pass) await carryOut(cluster, { pass, recorder, queue, key });
  });
  return queue;
}

type Outcome = {
  readonly pass: Pass;
  readonly recorder: EventRecorder;
  readonly queue: WorkQueue;
  readonly key: string;
};

async function carryOut(cluster: Cluster, { pass, recorder, queue, key }: Outcome): Promise<void> {
  if (pass.wakeAfterMs !== undefined) queue.addAfter(key, pass.wakeAfterMs);
  const tools = { api: cluster.api, recorder };
  try {
    await applyWrites(pass.writes, tools);
  } catch (error) {
    if (pass.afterRefusal && error instanceof ApiFailure)
      await applyWrites(pass.afterRefusal(error.message), tools);
    throw error; // tried again with back-off
  }
}

/** Wakes the controller of an object that changed; the old one too when it was handed over. */
export function addOwner(queue: WorkQueue, kind: Kind, { object, previous }: Change<KubeObject>): void {
  for (const { metadata } of previous ? [object, previous] : [object]) {
    const owner = metadata.ownerReferences?.find((reference) => reference.controller);
    if (owner?.kind === kind) queue.add(`${metadata.namespace ?? ''}/${owner.name}`);
  }
}

/** Wakes whoever may adopt an object that nobody controls. */
export function addAdopters(
  queue: WorkQueue,
  { list }: { readonly list: (namespace: string) => readonly KubeObject[] },
  { object, deleted }: Change<KubeObject>,
): void {
  const { ownerReferences = [], namespace = '' } = object.metadata;
  if (deleted || ownerReferences.some(({ controller }) => controller)) return;
  for (const owner of list(namespace)) queue.add(keyOf(owner));
}
