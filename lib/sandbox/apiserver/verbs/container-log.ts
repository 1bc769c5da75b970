import type { LogLine, LogSource, LogTarget } from '#lib/sandbox/apiserver/log-source.ts';
import type { Json, JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { isObject, objectAt, objectsAt, stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { Sink } from '#lib/sandbox/apiserver/reply.ts';
import { badRequest } from '#lib/sandbox/apiserver/status-error.ts';

/** The node's half of pods/log: which instance is meant, and its lines. */
export type LogOptions = {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines?: number;
  readonly sinceMs?: number;
  readonly limitBytes?: number;
};

type LoggedPod = {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid: string };
  readonly status?: Json;
};

const STATUS_FIELDS = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const;

/**
 * What the kubelet says of containers that have nothing to show yet; any other reason is said as it is
 * (https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/kubelet/kubelet_pods.go, validateContainerLogStatus).
 */
const WAITING: Readonly<Record<string, string>> = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: 'trying and failing to pull image',
};

/** The container instance whose log is meant. Throws the kubelet's 400 when it has none. */
export function logTarget(pod: LoggedPod, container: string, previous: boolean): LogTarget {
  const statuses = STATUS_FIELDS.flatMap((field) => objectsAt(pod, 'status', field));
  const status = statuses.find(({ name }) => name === container);
  const { name } = pod.metadata;
  if (!status) throw badRequest(`container "${container}" in pod "${name}" is not available`);
  const last = stringAt(status, 'lastState', 'terminated', 'containerID');
  const id = previous ? last : currentId(status, last);
  if (id !== undefined && id !== '') {
    return {
      namespace: pod.metadata.namespace ?? '',
      pod: name,
      podUid: pod.metadata.uid,
      container,
      containerId: id,
    };
  }
  if (previous) throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
  const state = objectAt(status, 'state');
  const hasEnded = isObject(state.terminated) || isObject(objectAt(status, 'lastState').terminated);
  if (hasEnded) throw badRequest(`container "${container}" in pod "${name}" is terminated`);
  const reason = stringAt(state, 'waiting', 'reason') ?? 'ContainerCreating';
  throw badRequest(
    `container "${container}" in pod "${name}" is waiting to start: ${WAITING[reason] ?? reason}`,
  );
}

/** Between two runs the log is that of the last one, so that `kubectl logs` works in a crash loop. */
function currentId(status: JsonObject, last: string | undefined): string | undefined {
  const state = objectAt(status, 'state');
  if (isObject(state.running)) return stringAt(status, 'containerID');
  if (!isObject(state.terminated)) return last;
  // A container that did not start has no id: then the one before it is shown.
  return stringAt(state, 'terminated', 'containerID') || last;
}

type Opened = { readonly target: LogTarget; readonly options: LogOptions; readonly sink: Sink<string> };

/** Writes what there is, then follows if asked to. Returns its cancel function. */
export function openLog(logs: LogSource, { target, options, sink }: Opened): () => void {
  const { follow, limitBytes } = options;
  let left = limitBytes ?? Number.POSITIVE_INFINITY;
  const write = (line: LogLine): void => {
    const bytes = Buffer.from(formatted(line, options));
    if (left <= 0) return;
    sink.write(bytes.length <= left ? bytes.toString() : bytes.subarray(0, left).toString());
    left -= bytes.length;
  };
  const written = logs.lines(target);
  if (!written) {
    sink.write(`unable to retrieve container logs for ${target.containerId}`);
    sink.end();
    return () => undefined;
  }
  selected(written, options).forEach(write);
  if (!follow || left <= 0) {
    sink.end();
    return () => undefined;
  }
  return logs.follow(target, write, () => sink.end());
}

function selected(lines: readonly LogLine[], { sinceMs, tailLines }: LogOptions): readonly LogLine[] {
  const recent = sinceMs === undefined ? lines : lines.filter(({ atMs }) => atMs >= sinceMs);
  if (tailLines === undefined) return recent;
  return tailLines === 0 ? [] : recent.slice(-tailLines);
}

/** With `timestamps`, RFC 3339 with nanoseconds as the runtime wrote it. */
function formatted({ atMs, text }: LogLine, { timestamps }: LogOptions): string {
  const time = new Date(atMs).toISOString().replace('Z', '000000Z');
  return timestamps ? `${time} ${text}\n` : `${text}\n`;
}
