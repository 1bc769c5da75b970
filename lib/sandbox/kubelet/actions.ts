import type { Pod } from '#lib/sandbox/client/objects.ts';
import { epochMs } from '#lib/sandbox/client/time.ts';
import type { ContainerRecord, PodRecord, Task } from './record.ts';
import { restartsAfter, shouldStart } from './restart-policy.ts';

/**
 * What a sync has to do, from what the runtime shows when it begins
 * (https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/kubelet/kuberuntime/kuberuntime_manager.go, computePodActions).
 */
export function podActions(record: PodRecord, pod: Pod): readonly Task[] {
  const inits = record.containers.filter(({ role }) => role === 'init' || role === 'sidecar');
  const mains = record.containers.filter(({ role }) => role === 'main');
  if (!record.hasSandbox) {
    const first = inits.length > 0 ? inits.slice(0, 1) : mains;
    return [{ do: 'sandbox' }, ...first.map(start)];
  }
  const ephemeral = record.containers
    .filter(({ role, instance }) => role === 'ephemeral' && instance.kind === 'none')
    .map(start);
  const init = initActions(inits, mains, pod);
  if (init.isDead) return [killPod];
  if (!init.isDone) return [...init.kills, ...ephemeral, ...init.starts];
  const main = mainActions(mains, pod);
  // Sidecars alone do not keep a pod alive.
  if (!main.keeps && main.starts.length === 0) return [killPod];
  return [...main.kills, ...init.kills, ...ephemeral, ...init.starts, ...main.starts];
}

const killPod: Task = { do: 'kill', names: [], ordered: true };

function start({ spec, instance, latestExit, previousExit }: ContainerRecord): Task {
  const seen =
    instance.kind === 'exited' ? latestExit : instance.kind === 'running' ? latestExit : previousExit;
  return { do: 'start', name: spec.name, ...(seen ? { exitedAt: epochMs(seen.finishedAt) } : {}) };
}

type MainActions = {
  readonly keeps: boolean;
  readonly kills: readonly Task[];
  readonly starts: readonly Task[];
};

function mainActions(mains: readonly ContainerRecord[], pod: Pod): MainActions {
  const kills: Task[] = [];
  const starts: Task[] = [];
  let keeps = false;
  for (const container of mains) {
    const { spec } = container;
    if (container.instance.kind !== 'running') {
      if (shouldStart(container, pod)) starts.push(start(container));
      continue;
    }
    const verdict = killVerdict(container);
    if (!verdict) {
      keeps = true;
      continue;
    }
    const again = (spec.restartPolicy ?? pod.spec.restartPolicy ?? 'Always') !== 'Never' || verdict.isChange;
    const message = `Container ${spec.name} ${verdict.why}${again ? ', will be restarted' : ''}`;
    kills.push(kill(container, message, verdict.graceMs));
    if (again) starts.push(start(container));
  }
  return { keeps, kills, starts };
}

const kill = ({ spec }: ContainerRecord, message: string, graceMs: number | undefined): Task => ({
  do: 'kill',
  names: [spec.name],
  message,
  ...(graceMs === undefined ? {} : { graceMs }),
});

type Verdict = { readonly why: string; readonly graceMs?: number; readonly isChange?: true };

/** Why a running container has to go: another image, or what its probes say. */
function killVerdict({ spec, instance }: ContainerRecord): Verdict | undefined {
  if (instance.kind !== 'running') return undefined;
  if (instance.run.image !== undefined && instance.run.image !== spec.image) {
    return { why: 'definition changed', isChange: true };
  }
  const { Liveness, Startup } = instance.probes;
  const graceOf = (seconds: number | undefined) => (seconds === undefined ? {} : { graceMs: seconds * 1000 });
  if (Liveness && !Liveness.passed) {
    return { why: 'failed liveness probe', ...graceOf(spec.livenessProbe?.terminationGracePeriodSeconds) };
  }
  if (Startup && !Startup.passed && Startup.nextAt === Infinity) {
    return { why: 'failed startup probe', ...graceOf(spec.startupProbe?.terminationGracePeriodSeconds) };
  }
  return undefined;
}

type InitActions = {
  readonly isDone: boolean;
  /** One failed for good. */
  readonly isDead?: true;
  readonly kills: readonly Task[];
  readonly starts: readonly Task[];
};

/** computeInitContainerActions, walking backwards: what comes last tells how far the pod has come. */
function initActions(
  inits: readonly ContainerRecord[],
  mains: readonly ContainerRecord[],
  pod: Pod,
): InitActions {
  let isDone = inits.length === 0 || mains.some(({ instance }) => instance.kind === 'running');
  let isPast = isDone;
  const kills: Task[] = [];
  const starts: Task[] = [];
  for (let index = inits.length - 1; index >= 0; index--) {
    const container = inits[index];
    if (!container) continue;
    const { role, instance } = container;
    const next = inits[index + 1];
    if (instance.kind === 'none') {
      if (isPast && role === 'sidecar') starts.push(start(container));
      continue;
    }
    if (isPast && role === 'init') continue;
    const goOn = (): void => {
      if (!next) isDone = true;
      else if (!isPast) starts.push(start(next));
    };
    if (instance.kind === 'running' && role === 'sidecar') {
      const verdict = killVerdict(container);
      if (container.started && verdict?.why !== 'failed startup probe') goOn();
      if (verdict) {
        kills.push(kill(container, `Init container ${container.spec.name} ${verdict.why}`, verdict.graceMs));
        starts.push(start(container));
      }
    } else if (instance.kind === 'exited') {
      const code = container.latestExit?.exitCode ?? 0;
      if (role === 'sidecar') starts.push(start(container));
      else if (code === 0) goOn();
      else if (restartsAfter(container, pod, code)) starts.push(start(container));
      else return { isDone: false, isDead: true, kills: [], starts: [] };
    }
    isPast = true;
  }
  const [first] = inits;
  if (!isPast && first) starts.push(start(first));
  return { isDone, kills, starts: starts.toReversed() };
}
