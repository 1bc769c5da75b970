import { collectionPath } from '#lib/sandbox/client/kinds.ts';
import { Informer } from '#lib/sandbox/client/informer.ts';
import type { ContainerStatus, Pod } from '#lib/sandbox/client/objects.ts';
import type { KubeEvent } from '#lib/sandbox/client/event-objects.ts';
import type { Clock } from '#lib/sandbox/clock.ts';
import type { Transport } from '#lib/sandbox/transport.ts';
import { podIdentities, type PodIdentity } from './characters.ts';

/** What happened in one workload, in words that are the same in every cluster. */
export type WorkloadHistory = {
  /** One line for each container, each condition and the phase of each pod: the distinct states in order. */
  readonly sequences: readonly string[];
  /**
   * One line for each revision: what the kubelets said of its pods, and how often. Not for each pod: which of several
   * that are alike has to go is up to their uids.
   */
  readonly kubeletEvents: readonly string[];
  /** Each once: `replicaset-controller: SuccessfulCreate of ReplicaSet`. */
  readonly controllerEvents: readonly string[];
};

type Steps = { readonly identity: PodIdentity; readonly subjects: Map<string, string[]> };

/**
 * A loop of the API server itself that looks at a Service's address while the Service is being made and may warn of it
 * (kubernetes/pkg/registry/core/service/ipallocator/controller/repairip.go).
 */
const ADDRESS_REPAIR = 'ipallocator-repair-controller';

const CONDITIONS = ['PodScheduled', 'PodReadyToStartContainers', 'Initialized', 'ContainersReady', 'Ready'];

/** Watches the pods of a cluster from its beginning. */
export class HistoryRecorder {
  readonly #transport: Transport;
  readonly #pods: Informer<'Pod'>;
  readonly #identityOf = podIdentities();
  /** By pod uid; pods that are gone stay. */
  readonly #steps = new Map<string, Steps>();

  constructor({ transport, clock }: { transport: Transport; clock: Clock }) {
    this.#transport = transport;
    this.#pods = new Informer({ kind: 'Pod', transport, clock });
  }

  async start(signal: AbortSignal): Promise<void> {
    this.#pods.subscribe(({ object, deleted }) => {
      if (!deleted) this.#see(object);
    });
    await this.#pods.start(signal);
  }

  /** Of all workloads so far, by `namespace/name`. */
  async histories(): Promise<Readonly<Record<string, WorkloadHistory>>> {
    const { body } = await this.#transport.request({ method: 'GET', path: collectionPath('Event') });
    const events = (body as { readonly items: readonly KubeEvent[] }).items; // wire edge
    const workloads = new Set([...this.#steps.values()].map(({ identity }) => identity.workload));
    return Object.fromEntries([...workloads].sort().map((name) => [name, this.#history(name, events)]));
  }

  #see(pod: Pod): void {
    const { metadata, status } = pod;
    const fresh = (): Steps => ({ identity: this.#identityOf(pod), subjects: new Map() });
    const known = this.#steps.get(metadata.uid) ?? fresh();
    this.#steps.set(metadata.uid, known);
    const note = (subject: string, step: string): void => {
      const steps = known.subjects.get(subject) ?? [];
      known.subjects.set(subject, steps);
      if (steps.at(-1) !== step) steps.push(step);
    };
    const { initContainerStatuses = [], containerStatuses = [], conditions = [], phase = '' } = status ?? {};
    note('phase', phase);
    for (const container of [...initContainerStatuses, ...containerStatuses]) {
      note(`container ${container.name}`, stateOf(container));
    }
    for (const { type, status: is, reason } of conditions) {
      if (CONDITIONS.includes(type)) note(`condition ${type}`, [is, reason].filter(Boolean).join(' '));
    }
  }

  #history(workload: string, events: readonly KubeEvent[]): WorkloadHistory {
    const pods = [...this.#steps].filter(([, { identity }]) => identity.workload === workload);
    const uids = new Set(pods.map(([uid]) => uid));
    const [namespace, name = ''] = workload.split('/');
    const isOwn = ({ involvedObject: { kind, uid, name: about, namespace: where } }: KubeEvent): boolean =>
      kind === 'Pod'
        ? uids.has(uid)
        : where === namespace && (about === name || about.startsWith(`${name}-`));
    const own = events.filter(isOwn);
    const controllerEvents = own
      .filter((event) => !['kubelet', ADDRESS_REPAIR].includes(sourceOf(event)))
      .map(toldByController);
    const revisions = new Set(pods.map(([, { identity }]) => identity.revision));
    const uidsOf = (revision: number): ReadonlySet<string> =>
      new Set(pods.filter(([, { identity }]) => identity.revision === revision).map(([uid]) => uid));
    return {
      sequences: pods
        .flatMap(
          ([
            ,
            {
              identity: { revision },
              subjects,
            },
          ]) =>
            [...subjects].map(([subject, steps]) => `revision ${revision}, ${subject}: ${steps.join(' > ')}`),
        )
        .sort(),
      kubeletEvents: [...revisions].map(
        (revision) => `revision ${revision}: ${kubeletEvents(uidsOf(revision), own).join(', ')}`,
      ),
      controllerEvents: [...new Set(controllerEvents)].sort(),
    };
  }
}

/** `waiting CrashLoopBackOff 3`: state, reason, restartCount. */
function stateOf({ state: { waiting, running, terminated }, restartCount }: ContainerStatus): string {
  const [word, reason] = waiting
    ? ['waiting', waiting.reason]
    : running
      ? ['running', '']
      : ['terminated', terminated?.reason ?? ''];
  return [word, reason, restartCount].filter((part) => part !== '').join(' ');
}

const sourceOf = ({ source, ...event }: KubeEvent): string => {
  const { reportingComponent = '' } = event as { readonly reportingComponent?: string }; // newer events
  return source?.component || reportingComponent;
};

/**
 * The rollout controller tells how many pods it makes and takes away, which is the same everywhere; what others tell has
 * names and nodes in it.
 */
function toldByController(event: KubeEvent): string {
  const source = sourceOf(event);
  const about = `${source}: ${event.reason} of ${event.involvedObject.kind}`;
  if (source !== 'deployment-controller') return about;
  return `${about}: ${event.message.replace(/-[b-df-hj-np-tv-z24-9]{6,10}\b/g, '-HASH')}`;
}

/** What the kubelet said of these pods together: `Started spec.containers{app} x3`. */
function kubeletEvents(uids: ReadonlySet<string>, events: readonly KubeEvent[]): readonly string[] {
  const counts = new Map<string, number>();
  const own = events.filter((event) => uids.has(event.involvedObject.uid) && sourceOf(event) === 'kubelet');
  for (const { reason, involvedObject, count = 1 } of own) {
    const key = [reason, involvedObject.fieldPath].filter(Boolean).join(' ');
    counts.set(key, (counts.get(key) ?? 0) + count);
  }
  return [...counts].map(([key, count]) => `${key} x${count}`).sort();
}
