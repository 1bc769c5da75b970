import { objectsAt, stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { epochMs } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { Reply } from '#lib/sandbox/apiserver/reply.ts';
import { isTrue } from '#lib/sandbox/apiserver/request-info.ts';
import type { ResourceRequest, ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import { badRequest, internalError, invalid } from '#lib/sandbox/apiserver/status-error.ts';
import { logTarget, openLog, type LogOptions } from './container-log.ts';
import { requireObject } from './get.ts';

/** pods/log: the checks of the API server, then those of the kubelet, then the lines. */
export function readLog(context: ServerContext, request: ResourceRequest): Reply {
  const pod = requireObject(context, request);
  const options = logOptions(request.query, request.name, context.clock.now());
  const container = containerName(pod, request.query.get('container') ?? '');
  const nodeName = stringAt(pod, 'spec', 'nodeName');
  // Not scheduled yet: there is no kubelet to ask, and the answer is empty.
  if (nodeName === undefined) return { kind: 'text', status: 204, body: '' };
  const target = logTarget(pod, container, options.previous);
  const problem = context.logs().unreachable?.(target);
  if (problem !== undefined) {
    const { namespace, name } = pod.metadata;
    throw internalError(
      `Get "https://${nodeName}:10250/containerLogs/${namespace ?? ''}/${name}/${container}": ${problem}`,
    );
  }
  return { kind: 'log', open: (sink) => openLog(context.logs(), { target, options, sink }) };
}

const POD_LOG_OPTIONS = { group: '', plural: 'pods', kind: 'PodLogOptions' };

/** PodLogOptions of a request about pod `name`; `now` is epoch ms. Throws what validation answers to wrong ones. */
export function logOptions(query: URLSearchParams, name: string, now: number): LogOptions {
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
