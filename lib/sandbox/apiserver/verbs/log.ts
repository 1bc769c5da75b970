import type { LogLine, LogTarget } from '#lib/sandbox/apiserver/log-source.ts';
import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { isObject, objectAt, objectsAt, stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { epochMs } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { Reply, Sink } from '#lib/sandbox/apiserver/reply.ts';
import { isTrue } from '#lib/sandbox/apiserver/request-info.ts';
import type { ResourceRequest, ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import { badRequest, internalError, invalid } from '#lib/sandbox/apiserver/status-error.ts';
import { requireObject } from './get.ts';

type LogOptions = {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines?: number;
  readonly sinceMs?: number;
  readonly limitBytes?: number;
};

/** pods/log: the checks of the API server, then those of the kubelet, then the lines. */
export function readLog(context: ServerContext, request: ResourceRequest): Reply {
  const pod = requireObject(context, request);
  const options = logOptions(request, context.clock.now());
  const container = containerName(pod, request.query.get('container') ?? '');
  const nodeName = stringAt(pod, 'spec', 'nodeName');
  // Not scheduled yet: there is no kubelet to ask, and the answer is empty.
  if (nodeName === undefined) return { kind: 'text', status: 204, body: '' };
  const target = instance(pod, container, options.previous);
  const problem = context.logs().unreachable?.(target);
  if (problem !== undefined) {
    const { namespace, name } = pod.metadata;
    throw internalError(
      `Get "https://${nodeName}:10250/containerLogs/${namespace ?? ''}/${name}/${container}": ${problem}`,
    );
  }
  return { kind: 'log', open: (sink) => openLog(context, target, options, sink) };
}

const POD_LOG_OPTIONS = { group: '', plural: 'pods', kind: 'PodLogOptions' };

function logOptions({ query, name }: ResourceRequest, now: number): LogOptions {
  const number = (field: string, least: number): number | undefined => {
    const text = query.get(field);
    if (text === null) return undefined;
    const value = Number(text);
    if (!Number.isInteger(value)) throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`);
    if (value < least) {
      const message = `Invalid value: ${value}: must be greater than ${least === 0 ? 'or equal to 0' : '0'}`;
      throw invalid(POD_LOG_OPTIONS, name, [{ reason: 'FieldValueInvalid', message, field }]);
    }
    return value;
  };
  const sinceSeconds = number('sinceSeconds', 1);
  const sinceTime = epochMs(query.get('sinceTime'));
  if (sinceSeconds !== undefined && sinceTime !== undefined) {
    const message = 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified';
    throw invalid(POD_LOG_OPTIONS, name, [{ reason: 'FieldValueForbidden', message, field: '' }]);
  }
  return {
    follow: isTrue(query.get('follow')),
    previous: isTrue(query.get('previous')),
    timestamps: isTrue(query.get('timestamps')),
    tailLines: number('tailLines', 0),
    sinceMs: sinceSeconds === undefined ? sinceTime : now - sinceSeconds * 1000,
    limitBytes: number('limitBytes', 1),
  };
}

const CONTAINER_FIELDS = ['containers', 'initContainers', 'ephemeralContainers'] as const;

/** The container asked for, or the only one (registry/core/pod/strategy.go, LogLocation). */
function containerName(pod: KubeObject, asked: string): string {
  const names = CONTAINER_FIELDS.map((field) =>
    objectsAt(pod, 'spec', field).map((container) => stringAt(container, 'name') ?? ''),
  );
  const [regular = [], init = [], ephemeral = []] = names;
  const { name } = pod.metadata;
  if (asked !== '') {
    if ([...regular, ...init, ...ephemeral].includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${name}`);
  }
  const [only] = regular;
  if (regular.length === 1 && only !== undefined) return only;
  const inits = init.length > 0 ? ` or one of the init containers: [${init.join(' ')}]` : '';
  throw badRequest(
    `a container name must be specified for pod ${name}, choose one of: [${regular.join(' ')}]${inits}`,
  );
}

const STATUS_FIELDS = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const;

/** What the kubelet says of containers that have nothing to show yet (kubelet_pods.go, validateContainerLogStatus). */
const WAITING: Readonly<Record<string, string>> = {
  ErrImagePull: 'trying and failing to pull image',
  ImagePullBackOff: "image can't be pulled",
  ErrImageNeverPull: "image can't be pulled",
  InvalidImageName: 'image name is invalid',
};

/** The container instance whose log is meant. Throws the kubelet's 400 when it has none. */
function instance(pod: KubeObject, container: string, previous: boolean): LogTarget {
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
  const reason = stringAt(status, 'state', 'waiting', 'reason') ?? 'ContainerCreating';
  throw badRequest(
    `container "${container}" in pod "${name}" is waiting to start: ${WAITING[reason] ?? reason}`,
  );
}

/** Between two runs the log is that of the last one, so that `kubectl logs` works in a crash loop. */
function currentId(status: JsonObject, last: string | undefined): string | undefined {
  const state = objectAt(status, 'state');
  if (isObject(state.running)) return stringAt(status, 'containerID');
  if (isObject(state.terminated)) return stringAt(state, 'terminated', 'containerID');
  return last;
}

function openLog(
  { logs }: ServerContext,
  target: LogTarget,
  options: LogOptions,
  sink: Sink<string>,
): () => void {
  const { follow, limitBytes } = options;
  let left = limitBytes ?? Number.POSITIVE_INFINITY;
  const write = (line: LogLine): void => {
    const bytes = Buffer.from(formatted(line, options));
    if (left <= 0) return;
    sink.write(bytes.length <= left ? bytes.toString() : bytes.subarray(0, left).toString());
    left -= bytes.length;
  };
  const written = logs().lines(target);
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
  return logs().follow(target, write, () => sink.end());
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
