import { goDuration } from '#lib/sandbox/client/time.ts';
import { imageIdOf, parseImage } from '#lib/sandbox/image-reference.ts';
import { pullBackOff } from './back-off.ts';
import type { ContainerRecord, PodRecord, PullOutcome } from './record.ts';
import type { StartTask, Step } from './start-container.ts';
import { say, withFailure, type Sync } from './sync.ts';

type Done = { readonly record: PodRecord; readonly imageId: string };
type On = { readonly task: StartTask; readonly sync: Sync };

/**
 * Sees to it that the image is on the node, pulling it if need be
 * (https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/kubelet/images/image_manager.go, EnsureImageExists).
 */
export function ensureImage(record: PodRecord, container: ContainerRecord, { task, sync }: On): Step | Done {
  if (task.pull) return pulling(record, container, { task, sync });
  const { image: asked, imagePullPolicy = 'IfNotPresent' } = container.spec;
  const { world, pod } = sync;
  const image = tagged(asked);
  if (image === undefined) {
    const message = `Failed to apply default image tag "${asked}": couldn't parse image name "${asked}": ${whyInvalid(asked)}`;
    say(container, sync, { type: 'Warning', reason: 'InspectFailed', message });
    return fail(record, container, { sync, reason: 'InvalidImageName', message });
  }
  if (imagePullPolicy !== 'Always' && world.hasImage(asked, pod)) {
    const message = `Container image "${asked}" already present on machine and can be accessed by the pod`;
    say(container, sync, { type: 'Normal', reason: 'Pulled', message });
    return { record, imageId: imageIdOf(asked) };
  }
  if (imagePullPolicy === 'Never') {
    const message = `Container image "${asked}" is not present with pull policy of Never`;
    say(container, sync, { type: 'Warning', reason: 'ErrImageNeverPull', message });
    return fail(record, container, { sync, reason: 'ErrImageNeverPull', message });
  }
  // A pull Secret that is no JSON fails the pull before it begins, whatever registry it is for.
  const secretError = world.pullSecretError(pod);
  if (secretError !== undefined) {
    return fail(record, container, { sync, reason: secretError, message: secretError });
  }
  return startPull(record, container, { task, sync });
}

function startPull(record: PodRecord, container: ContainerRecord, { task, sync }: On): Step | Done {
  const { image } = container.spec;
  const { world, pod } = sync;
  const before = record.pulls[image];
  if (before && world.now < before.backOff.decidedAt + before.backOff.delayMs) {
    const text = `Back-off pulling image "${image}"`;
    say(container, sync, { type: 'Normal', reason: 'BackOff', message: text });
    const message = `${text}: ${before.reason}: ${before.error}`;
    return fail(record, container, { sync, reason: 'ImagePullBackOff', message });
  }
  say(container, sync, { type: 'Normal', reason: 'Pulling', message: `Pulling image "${image}"` });
  const outcome: PullOutcome = world.pull(image, pod) ?? { tookMs: 0, error: 'invalid reference format' };
  const startedAt = Math.max(world.now, world.pullsFreeAt);
  const pull = { askedAt: world.now, startedAt, doneAt: startedAt + outcome.tookMs, outcome };
  sync.pullUntil(pull.doneAt);
  return pulling(record, container, { task: { ...task, pull }, sync });
}

function pulling(record: PodRecord, container: ContainerRecord, { task, sync }: On): Step | Done {
  const { pull } = task;
  if (!pull) return { record };
  const { now } = sync.world;
  if (now < pull.doneAt) {
    sync.wakeAt(pull.doneAt);
    return { record, blocked: task };
  }
  const { image } = container.spec;
  const { outcome } = pull;
  if ('error' in outcome) {
    const { error } = outcome;
    const message = `Failed to pull image "${image}": ${error}`;
    say(container, sync, { type: 'Warning', reason: 'Failed', message });
    const reason = 'ErrImagePull';
    const backOff = pullBackOff(record.pulls[image]?.backOff, now);
    const next = { ...record, pulls: { ...record.pulls, [image]: { backOff, error, reason } } };
    return fail(next, container, { sync, reason, message: error });
  }
  const took = goDuration(pull.doneAt - pull.startedAt);
  const whole = goDuration(pull.doneAt - pull.askedAt);
  const message = `Successfully pulled image "${image}" in ${took} (${whole} including waiting). Image size: ${outcome.bytes} bytes.`;
  say(container, sync, { type: 'Normal', reason: 'Pulled', message });
  sync.pulled(image, outcome.credential);
  return { record, imageId: imageIdOf(image, outcome.digest) };
}

/** Reasons of the image manager are said by their name, not by their message. */
function fail(
  record: PodRecord,
  container: ContainerRecord,
  { sync, reason, message }: { sync: Sync; reason: string; message: string },
): Step {
  say(container, sync, { type: 'Warning', reason: 'Failed', message: `Error: ${reason}` });
  return { record: withFailure(record, container, { reason: { reason, message } }), failed: true };
}

const tagged = (image: string): string | undefined => parseImage(image)?.full;

/** The words of distribution/reference: of a name in upper case it says which. */
function whyInvalid(image: string): string {
  const tagAt = image.indexOf(':', image.lastIndexOf('/') + 1);
  const name = tagAt < 0 ? image : image.slice(0, tagAt);
  if (name === name.toLowerCase() || parseImage(name.toLowerCase()) === undefined)
    return 'invalid reference format';
  const { registry = '', repository = '' } = parseImage(name.toLowerCase()) ?? {};
  const path = repository.slice(registry.length + 1);
  const shown = path.slice(0, path.length - name.length) + name.slice(Math.max(0, name.length - path.length));
  return `invalid reference format: repository name (${shown}) must be lowercase`;
}
