import { requireAccess } from '#lib/sandbox/apiserver/access/authorizer.ts';
import type { ExecTarget, SessionInput, SessionOutput } from '#lib/sandbox/apiserver/exec-source.ts';
import { NO_INPUT } from '#lib/sandbox/apiserver/exec-source.ts';
import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { isObject, objectAt, objectsAt, stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { Reply } from '#lib/sandbox/apiserver/reply.ts';
import { isTrue } from '#lib/sandbox/apiserver/request-info.ts';
import type { ResourceRequest, ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import { badRequest } from '#lib/sandbox/apiserver/status-error.ts';
import { requireObject } from './get.ts';

/** pods/exec: runs a command in a container, over a connection the client upgrades. */
export function execInPod(context: ServerContext, request: ResourceRequest): Reply {
  const { target, flags } = sessionOf(context, request);
  const command = request.query.getAll('command');
  return session(target, flags, (found, output) =>
    context.exec()(found, { command, stdin: flags.stdin, tty: flags.tty }, output),
  );
}

/** pods/attach: what the container writes from now on. Nothing here reads its standard input. */
export function attachToPod(context: ServerContext, request: ResourceRequest): Reply {
  const { target, flags } = sessionOf(context, request);
  return session(target, flags, (found, output) => {
    const onLine = ({ text }: { text: string }): void => output.stdout(`${text}${flags.tty ? '\r' : ''}\n`);
    const cancel = context.logs().follow(found, onLine, () => output.exit(0));
    return { ...NO_INPUT, cancel };
  });
}

type Flags = {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
};

/** Undefined target: the kubelet knows no such running container, and says so inside the session. */
type Located = { readonly name: string; readonly running?: ExecTarget };

function sessionOf(context: ServerContext, request: ResourceRequest): { target: Located; flags: Flags } {
  const { resource, subresource, name, namespace, query, user } = request;
  // A websocket is opened with GET, yet it does what POST does: both rights are needed (KEP-5290, 1.35).
  const wanted = {
    kind: 'resource',
    group: '',
    resource: resource.plural,
    subresource,
    name,
    namespace,
  } as const;
  requireAccess(context.journal, user, { ...wanted, verb: 'create' });
  const pod = requireObject(context, request);
  const container = containerName(pod, query.get('container') ?? '');
  if (stringAt(pod, 'spec', 'nodeName') === undefined) {
    throw badRequest(`pod ${name} does not have a host assigned`);
  }
  const flag = (field: string): boolean => isTrue(query.get(field));
  const flags = { stdin: flag('stdin'), stdout: flag('stdout'), stderr: flag('stderr'), tty: flag('tty') };
  if (!flags.stdin && !flags.stdout && !flags.stderr) {
    throw badRequest('you must specify at least 1 of stdin, stdout, stderr');
  }
  return { target: { name: container, running: runningTarget(pod, container) }, flags };
}

type Start = (target: ExecTarget, output: SessionOutput) => SessionInput;

function session({ name, running }: Located, { stdout, stderr, tty }: Flags, start: Start): Reply {
  return {
    kind: 'session',
    open: (sink) => {
      const output: SessionOutput = {
        stdout: (bytes) => stdout && sink.stdout(bytes),
        // A terminal has one output.
        stderr: (text) => (tty ? stdout && sink.stdout(text) : stderr && sink.stderr(text)),
        exit: (code) => sink.end(exitStatus(code)),
        fail: (message) =>
          sink.end(
            internalStatus(`Internal error occurred: error executing command in container: ${message}`),
          ),
      };
      if (running) return start(running, output);
      sink.end(internalStatus(`unable to upgrade connection: container not found ("${name}")`));
      return NO_INPUT;
    },
  };
}

/** The server's side of a session: what remotecommand v4 and v5 send on the error channel. */
function exitStatus(code: number): JsonObject {
  if (code === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: command terminated with exit code ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

/** The API server hands the kubelet's failure on as one of its own (apiserver/pkg/util/proxy/streamtranslator.go). */
function internalStatus(message: string): JsonObject {
  return {
    metadata: {},
    status: 'Failure',
    message: `Internal error occurred: ${message}`,
    reason: 'InternalError',
    details: { causes: [{ message }] },
    code: 500,
  };
}

const LISTS = [
  ['initContainers', 'initContainerStatuses'],
  ['containers', 'containerStatuses'],
  ['ephemeralContainers', 'ephemeralContainerStatuses'],
] as const;

/** registry/core/pod/strategy.go, validateContainer. */
function containerName(pod: KubeObject, asked: string): string {
  const { name } = pod.metadata;
  const names = LISTS.flatMap(([list]) => objectsAt(pod, 'spec', list)).map(
    (each) => stringAt(each, 'name') ?? '',
  );
  if (asked !== '') {
    if (names.includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${name}`);
  }
  const regular = objectsAt(pod, 'spec', 'containers');
  const only = stringAt(regular[0], 'name');
  if (regular.length === 1 && only !== undefined) return only;
  throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`);
}

function runningTarget(pod: KubeObject, container: string): ExecTarget | undefined {
  const statuses = LISTS.flatMap(([, field]) => objectsAt(pod, 'status', field));
  const status = statuses.find(({ name }) => name === container);
  const containerId = stringAt(status, 'containerID');
  if (!isObject(objectAt(status, 'state').running) || containerId === undefined) return undefined;
  const { namespace = '', name, uid } = pod.metadata;
  return { namespace, pod: name, podUid: uid, container, containerId };
}
