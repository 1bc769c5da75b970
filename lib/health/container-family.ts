import type { ContainerRole, PodTemplate } from '#lib/model/pod-template.ts';
import type { ContainerStatus } from '#lib/model/pod.ts';
import type { FailureFamily } from '#lib/model/problem.ts';
import { RESET_AFTER_MS } from '#lib/backoff/crash-loop-delay.ts';

/** How long the kubelet remembers a crash, and so do we. */
export const CRASH_RESET_MS = RESET_AFTER_MS;

const IMAGE: readonly string[] = [
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
];
const CONFIG: readonly string[] = [
  'CreateContainerConfigError',
  'CreateContainerError',
  'PreCreateHookError',
  'PreStartHookError',
];
const CRASH: readonly string[] = ['CrashLoopBackOff', 'RunContainerError', 'PostStartHookError'];
/** Said before, between and after attempts: no failure by themselves. */
const ON_ITS_WAY: ReadonlySet<string> = new Set([
  '',
  'ContainerCreating',
  'PodInitializing',
  'RestartingAllContainers',
]);

const FAMILY_OF: ReadonlyMap<string, FailureFamily> = new Map([
  ...IMAGE.map((reason) => [reason, 'image'] as const),
  ...CONFIG.map((reason) => [reason, 'config'] as const),
  ...CRASH.map((reason) => [reason, 'crash'] as const),
]);

/**
 * A container that is not ready counts as crashing this long after its last restart; later its exits are history,
 * and "not ready" is a failure of its own. Longer than any crash rhythm a restart back-off can be part of.
 */
const CRASH_MEMORY_MS = 3_600_000;

/** Failing in this family, healthy, or still on its way. */
export type ContainerVerdict = FailureFamily | 'ok' | 'pending' | 'not-ready';

/**
 * The failure family of one container. A container keeps its family while the words flap: it is crashing while it was
 * restarted, has ended before, and is not ready or has not yet run the 600 s that make the kubelet forget.
 */
export function containerFamily(
  status: ContainerStatus,
  {
    role,
    restartPolicy,
    now,
  }: {
    readonly role: ContainerRole;
    readonly restartPolicy: PodTemplate['restartPolicy'];
    readonly now: number;
  },
): ContainerVerdict {
  const { state, ready } = status;
  if (state.kind === 'terminated') {
    if (state.exitCode !== 0) return 'crash';
    const mayEnd = role === 'init' || (role === 'app' && restartPolicy !== 'Always');
    return mayEnd ? 'ok' : 'crash';
  }
  if (state.kind === 'waiting') {
    const family = FAMILY_OF.get(state.reason);
    if (family) return family;
    // A restarted kubelet has forgotten the reason and reports the default until the next attempt.
    if (hasCrashed(status)) return 'crash';
    // Anything else is an error text that the kubelet did not classify, from before the container was created.
    return ON_ITS_WAY.has(state.reason) ? 'pending' : 'config';
  }
  const runMs = now - state.startedAt;
  if (hasCrashed(status) && runMs < CRASH_RESET_MS) return 'crash';
  if (role === 'init') return 'pending';
  if (ready) return 'ok';
  return hasCrashed(status) && runMs < CRASH_MEMORY_MS ? 'crash' : 'not-ready';
}

/** Restarted, with an end to show for it. */
export function hasCrashed({ restartCount, lastTermination }: ContainerStatus): boolean {
  return restartCount > 0 && lastTermination !== undefined;
}
