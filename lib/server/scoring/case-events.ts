import { asTexts, optionalText } from '#lib/kube/to-model/wire.ts';
import type { Signals } from './failure-case.ts';

/** What only a scheduler says, the default one of all versions or one of its own. */
export const SCHEDULING =
  /nodes? (?:are|is) (?:un)?available|No nodes are available|no nodes available to schedule|failed to fit in any node|taints? that the pod didn't|SchedulerPredicates failed|pod group is not ready|not supported on Fargate|^running \S+ plugin|^pod has unbound /i;

type EventWords = {
  readonly reason: string;
  readonly type: 'Normal' | 'Warning';
  readonly ofContainer: boolean;
};

/** Which component writes which text: the reason and type of the event that carried it. */
const KNOWN: readonly (readonly [RegExp, string, boolean, ('Normal' | 'Warning')?])[] = [
  [
    /^Failed to pull image|^Error: (Err|Image|Invalid|[Ss]ecrets? "|[Cc]onfigmaps? "|couldn't find key)/,
    'Failed',
    true,
  ],
  [/^Back-off pulling image/, 'BackOff', true, 'Normal'],
  [/^Back-off (\S+ )?restarting failed/, 'BackOff', true],
  [/[Pp]robes? (are )?(failed|failing|errored)/, 'Unhealthy', true],
  [/failed (liveness|startup) probe, will be restarted|^Stopping container/, 'Killing', true, 'Normal'],
  [/Unable to retrieve some image pull secrets/, 'FailedToRetrieveImagePullSecret', false],
  [/Error creating: /, 'FailedCreate', false],
  [SCHEDULING, 'FailedScheduling', false],
  [/^Failed to (?:apply default image tag|inspect image)/, 'InspectFailed', true],
  [/(?:Nameserver|Search Line) limits were exceeded|would be truncated to/, 'DNSConfigForming', false],
  [/^Pulling image/, 'Pulling', true, 'Normal'],
  [/^Successfully pulled image|already present on machine/, 'Pulled', true, 'Normal'],
  [/^Created container/, 'Created', true, 'Normal'],
  [/^Started container/, 'Started', true, 'Normal'],
  [/^Successfully assigned /, 'Scheduled', false, 'Normal'],
  [/^(?:Admitted by|Quota reserved in) ClusterQueue/, 'Admitted', false, 'Normal'],
  [/is not present with pull policy of Never/, 'ErrImageNeverPull', true],
  [/Multi-Attach error|AttachVolume|exclusively attached to one node/, 'FailedAttachVolume', false],
  [/MountVolume|Unable to (attach or )?mount volumes/, 'FailedMount', false],
  [/^Error syncing pod/, 'FailedSync', false],
  [
    /[Ff]ailed (to )?create pod sandbox|CreatePodSandbox|in pod sandbox|for sandbox|pulling image "[^"]*\bpause/,
    'FailedCreatePodSandBox',
    false,
  ],
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
/** The kubelet has not come to the container yet: such a text is no `Error: ...` of a container. */
const BEFORE_CONTAINER = /^(?:ContainerCreating|PodInitializing|)$/;

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
  return isKnown || /^Error: /.test(text) || BEFORE_CONTAINER.test(word) ? text : `Error: ${text}`;
}

const SETUP: ReadonlySet<string> = new Set([
  'FailedAttachVolume',
  'FailedMount',
  'FailedSync',
  'FailedCreatePodSandBox',
  'NetworkNotReady',
  'SandboxChanged',
]);

/** The step of the kubelet that writes such a text, as the word its container waits with; `undefined`: nothing waits for it. */
export function waitingWord(signals: Signals): string | undefined {
  const told = signals.events.map((text, index) => ({ text, ...eventReason(text, signals, index) }));
  const failures = told.filter(({ reason, type }) => type === 'Warning' && !ADVICE.has(reason));
  if (told.length > 0 && failures.length === 0) return undefined;
  if (failures.some(({ reason }) => SETUP.has(reason))) return 'ContainerCreating';
  return wordOf(failures.map(({ text }) => text).join('\n'));
}

/** Warnings about a pod that goes its way all the same. */
const ADVICE: ReadonlySet<string> = new Set(['DNSConfigForming', 'FailedToRetrieveImagePullSecret']);

function wordOf(text: string): string {
  if (/sandbox|attach/i.test(text)) return 'ContainerCreating';
  if (/couldn't find key|(?:secret|configmap)s? "[^"]*" not found|runAsNonRoot/i.test(text))
    return 'CreateContainerConfigError';
  if (/failed to start container|OCI runtime|starting container process/i.test(text))
    return 'RunContainerError';
  if (/pull|manifest|registry|image|unauthorized|denied/i.test(text)) return 'ErrImagePull';
  return 'CreateContainerError';
}
