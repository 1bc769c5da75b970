import { asTexts, optionalText } from '#lib/kube/to-model/wire.ts';
import type { Signals } from './failure-case.ts';

type EventWords = {
  readonly reason: string;
  readonly type: 'Normal' | 'Warning';
  readonly ofContainer: boolean;
};

/** Which component writes which text: the reason and type of the event that carried it. */
const KNOWN: readonly (readonly [RegExp, string, boolean, ('Normal' | 'Warning')?])[] = [
  [/^Failed to pull image|^Error: (Err|Image|Invalid)/, 'Failed', true],
  [/^Back-off pulling image/, 'BackOff', true, 'Normal'],
  [/^Back-off (\S+ )?restarting failed/, 'BackOff', true],
  [/[Pp]robes? (are )?(failed|failing|errored)/, 'Unhealthy', true],
  [/failed (liveness|startup) probe, will be restarted|^Stopping container/, 'Killing', true, 'Normal'],
  [/Unable to retrieve some image pull secrets/, 'FailedToRetrieveImagePullSecret', false],
  [/Error creating: /, 'FailedCreate', false],
  [
    /nodes? (are|is) available|No nodes are available|failed to fit in any node|taints? that the pod didn't/,
    'FailedScheduling',
    false,
  ],
  [/^Failed to apply default image tag/, 'InspectFailed', true],
  [/is not present with pull policy of Never/, 'ErrImageNeverPull', true],
  [/Multi-Attach error|AttachVolume|exclusively attached to one node/, 'FailedAttachVolume', false],
  [/MountVolume|Unable to (attach or )?mount volumes/, 'FailedMount', false],
  [/[Ff]ailed (to )?create pod sandbox|CreatePodSandbox|in pod sandbox/, 'FailedCreatePodSandBox', false],
  [/network is not ready/, 'NetworkNotReady', false],
  [/Pod sandbox changed/, 'SandboxChanged', false, 'Normal'],
  [
    /^The node was low on resource|^Pod ephemeral local storage usage exceeds|^Usage of EmptyDir/,
    'Evicted',
    false,
  ],
  [/garbage collect required amount of images/, 'FreeDiskSpaceFailed', false],
  [/^System OOM encountered/, 'SystemOOM', false],
  [/FailedPostStartHook|postStart|PostStartHook/, 'FailedPostStartHook', true],
];

/** The reason a case names itself comes first; then who writes such a text; the kubelet's `Failed` is left. */
export function eventReason(text: string, { other_signals }: Signals, index: number): EventWords {
  const named = optionalText(other_signals['event_reason']) ?? asTexts(other_signals['event_reasons'])[index];
  const known = KNOWN.find(([pattern]) => pattern.test(text));
  const [, reason = 'Failed', ofContainer = true, type = 'Warning'] = known ?? [];
  return { reason: named ?? reason, type, ofContainer };
}

const PULL_WORDS = /ErrImagePull|ImagePullBackOff/;

/**
 * People quote the telling part of a message; the kubelet's event carries it behind words of its own
 * (`Failed to pull image "x": ...`).
 */
export function eventText(
  text: string,
  { word, image }: { readonly word: string; readonly image: string },
): string {
  const isKnown = KNOWN.some(([pattern]) => pattern.test(text));
  if (!isKnown && PULL_WORDS.test(word)) return `Failed to pull image "${image}": ${text}`;
  return isKnown || /^Error: /.test(text) ? text : `Error: ${text}`;
}
