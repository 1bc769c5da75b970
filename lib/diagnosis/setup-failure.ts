import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { DiagnosisInput } from './diagnosis-input.ts';
import { clip } from './wording.ts';

/** Events of what happens between "a node was chosen" and "the first container is created". */
const SETUP_REASONS: ReadonlySet<string> = new Set([
  'FailedCreatePodSandBox',
  'FailedCreatePodContainer',
  'NetworkNotReady',
  'FailedMount',
  'FailedAttachVolume',
  'FailedMapVolume',
  'FailedPrepareDynamicResources',
  'SandboxChanged',
  'Failed',
  // Kubelets until 1.6 had one event for whatever went wrong: `Error syncing pod, skipping: failed to "SetupNetwork" ...`.
  'FailedSync',
]);

export type SetupFailure = {
  /** Newest first; each with its text cut to a readable length. */
  readonly events: readonly { readonly event: KubeEvent; readonly text: string }[];
};

/**
 * What kept the pod from getting its sandbox, network and volumes. No status names these failures: the container only
 * says ContainerCreating. `undefined` as soon as a container was created, or when no event tells anything.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/events/event.go
 */
export function setupFailure({ pod, events }: DiagnosisInput): SetupFailure | undefined {
  if (!pod?.nodeName || pod.phase === 'Failed' || pod.phase === 'Succeeded') return undefined;
  const statuses = [...pod.initStatuses, ...pod.statuses];
  const isWaiting = statuses.every(
    ({ state, lastTermination }) =>
      lastTermination === undefined &&
      state.kind === 'waiting' &&
      (state.reason === 'ContainerCreating' || state.reason === 'PodInitializing' || state.reason === ''),
  );
  if (!isWaiting) return undefined;
  const told = events
    .filter(({ reason, regarding }) => SETUP_REASONS.has(reason) && regarding.uid === pod.meta.uid)
    .toSorted((a, b) => b.lastAt - a.lastAt)
    .map((event) => ({ event, text: clip(event.message) }));
  return told.length > 0 ? { events: told } : undefined;
}
