import type { Candidate } from '#lib/model/finding.ts';
import type { ContainerStatus } from '#lib/model/pod.ts';

/**
 * What an unknown text leaves open, by the step of the kubelet it comes from: where to look, and what would tell. Never
 * more than three, and nothing where a step has too many causes to name.
 */
const NODE: Candidate = {
  causeId: 'node-runtime-unhealthy',
  sentence: 'The container runtime of the node may be at fault.',
  check: 'See whether other new pods start on this node, and this one on another.',
};

const PULL: readonly Candidate[] = [
  {
    causeId: 'registry-access-denied',
    sentence: 'The registry may refuse the image to the credentials of the pod.',
    check: 'Pull it by hand with the same credentials, and with others.',
  },
  {
    causeId: 'image-tag-not-found',
    sentence: 'The tag may not exist.',
    check: 'Look for it in the registry.',
  },
  {
    causeId: 'registry-unreachable',
    sentence: 'The node may not reach the registry.',
    check: 'See whether the node pulls another image from it.',
  },
];

const CONFIG: readonly Candidate[] = [
  {
    causeId: 'secret-not-found',
    sentence: 'A Secret it names, or a key of it, may be missing.',
    check: 'Compare env and envFrom with the Secrets of the namespace.',
  },
  {
    causeId: 'configmap-not-found',
    sentence: 'A ConfigMap it names, or a key of it, may be missing.',
    check: 'Compare env and envFrom with the ConfigMaps of the namespace.',
  },
];

const START: readonly Candidate[] = [
  NODE,
  {
    causeId: 'volume-mount-point-broken',
    sentence: 'A volume may be mounted on a path the container cannot take it on.',
    check: 'Start a copy of the pod without its volumes.',
  },
];

const NOT_READY: readonly Candidate[] = [
  {
    causeId: 'probe-app-not-listening',
    sentence: 'Nothing may listen where its probe asks.',
    check: 'Wait for the next Unhealthy event, or ask the same from inside the container.',
  },
  {
    causeId: 'probe-non-2xx',
    sentence: 'It may answer that it is not ready.',
    check: 'Read what the app logs when it is asked.',
  },
];

/** A pod that has a node, and whose first container was not created. */
export const SETTING_UP: readonly Candidate[] = [
  {
    causeId: 'cni-plugin-failed',
    sentence: 'The network of the pod may not be set up.',
    check: 'Look for FailedCreatePodSandBox among its events, and at the network plugin of the node.',
  },
  {
    causeId: 'volume-mount-failed',
    sentence: 'One of its volumes may not be mounted.',
    check: 'Look for FailedMount and FailedAttachVolume among its events.',
  },
  NODE,
];

const BY_WORD: Readonly<Record<string, readonly Candidate[]>> = {
  ErrImagePull: PULL,
  ImagePullBackOff: PULL,
  CreateContainerConfigError: CONFIG,
  CreateContainerError: START,
  RunContainerError: START,
};

const NEVER_RAN: ReadonlySet<string> = new Set(['StartError', 'ContainerCannotRun']);

/** What may be wrong with a container no rule explains; its state decides, never a text. */
export function openCandidates(
  { state, lastTermination, ready }: ContainerStatus,
  isProbed: boolean,
): readonly Candidate[] {
  if (state.kind === 'running') return ready || !isProbed ? [] : NOT_READY;
  const exit = state.kind === 'terminated' ? state : lastTermination;
  const byWord = state.kind === 'waiting' ? BY_WORD[state.reason] : undefined;
  return byWord ?? (exit && NEVER_RAN.has(exit.reason) ? START : []);
}
