import type { ContainerSpec, EnvFrom, EnvVar, Probe } from '#lib/model/pod-template.ts';
import type { FieldChange } from '#lib/model/revision.ts';
import { changesOfValue, quoted } from './value-diff.ts';

/** Where the container lives in the pod spec: sidecars are init containers that keep running. */
export function containerPath({ name, role }: Pick<ContainerSpec, 'name' | 'role'>): string {
  const list = {
    init: 'initContainers',
    sidecar: 'initContainers',
    app: 'containers',
    ephemeral: 'ephemeralContainers',
  };
  return `${list[role]}[${name}]`;
}

/** Every changed field of one container, in the order a reader looks for a cause: image, command, env, probes, the rest. */
export function containerDiff(before: ContainerSpec, after: ContainerSpec): FieldChange[] {
  const at = containerPath(after);
  return [
    ...changesOfValue(`${at}.image`, before.image, after.image),
    ...wordsDiff(`${at}.command`, before.command, after.command),
    ...wordsDiff(`${at}.args`, before.args, after.args),
    ...envDiff(at, before.env, after.env),
    ...envFromDiff(at, before.envFrom, after.envFrom),
    ...probeDiff(`${at}.livenessProbe`, before.liveness, after.liveness),
    ...probeDiff(`${at}.readinessProbe`, before.readiness, after.readiness),
    ...probeDiff(`${at}.startupProbe`, before.startup, after.startup),
    ...changesOfValue(`${at}.resources.requests`, before.resources.requests, after.resources.requests),
    ...changesOfValue(`${at}.resources.limits`, before.resources.limits, after.resources.limits),
    ...changesOfValue(`${at}.ports`, before.ports.map(portText), after.ports.map(portText)),
    ...changesOfValue(`${at}.volumeMounts`, byMountPath(before), byMountPath(after)),
    ...changesOfValue(`${at}.securityContext`, before.security, after.security),
    ...changesOfValue(`${at}.imagePullPolicy`, before.imagePullPolicy, after.imagePullPolicy),
    ...changesOfValue(`${at}.restartPolicy`, restartPolicy(before), restartPolicy(after)),
  ];
}

const restartPolicy = ({ role }: ContainerSpec) => (role === 'sidecar' ? 'Always' : undefined);

const portText = ({ name, port, protocol }: ContainerSpec['ports'][number]) =>
  `${name ? `${name}:` : ''}${port}/${protocol}`;

const byMountPath = ({ mounts }: ContainerSpec) =>
  Object.fromEntries(
    mounts.map(({ mountPath, volume, subPath, readOnly }) => [
      mountPath,
      `${volume}${subPath ? `/${subPath}` : ''}${readOnly ? ' (read-only)' : ''}`,
    ]),
  );

/**
 * Words of a command line. Word by word when both sides set them; as one change when one side leaves the
 * image's own ENTRYPOINT or CMD in place, because "args replaced the image's CMD" is one decision.
 */
function wordsDiff(
  path: string,
  before: readonly string[] | undefined,
  after: readonly string[] | undefined,
): FieldChange[] {
  if (!before || !after) {
    return changesOfValue(path, before && JSON.stringify(before), after && JSON.stringify(after));
  }
  const longest = Math.min(before.length, after.length);
  const same = (index: number) => before[index] === after[index];
  const sameFromEnd = (index: number) => before.at(-1 - index) === after.at(-1 - index);
  const head = countWhile(longest, same);
  // A word put in front shifts the others; only what is between the equal ends was changed.
  const tail = countWhile(longest - head, sameFromEnd);
  const was = before.slice(head, before.length - tail);
  const is = after.slice(head, after.length - tail);
  return Array.from({ length: Math.max(was.length, is.length) }, (_, index) =>
    changesOfValue(`${path}[${head + index}]`, was[index], is[index]),
  ).flat();
}

function countWhile(limit: number, holds: (index: number) => boolean): number {
  let count = 0;
  while (count < limit && holds(count)) count += 1;
  return count;
}

/** What may be said about an environment variable: where it comes from, never what it holds. */
function envText({ source }: EnvVar): string {
  if (!source) return 'set';
  switch (source.kind) {
    case 'configMapKey':
      return `ConfigMap ${source.name} key ${source.key}${source.optional ? ' (optional)' : ''}`;
    case 'secretKey':
      return `Secret ${source.name} key ${source.key}${source.optional ? ' (optional)' : ''}`;
    case 'field':
    case 'resource':
    case 'other':
      return `from ${source.path}`;
  }
}

function envDiff(at: string, before: readonly EnvVar[], after: readonly EnvVar[]): FieldChange[] {
  const old = new Map(before.map((variable) => [variable.name, variable]));
  const current = new Map(after.map((variable) => [variable.name, variable]));
  return [...new Set([...old.keys(), ...current.keys()])].flatMap((name): FieldChange[] => {
    const path = `${at}.env[${name}]`;
    const was = old.get(name);
    const is = current.get(name);
    if (!was && is) return [{ path, after: envText(is) }];
    if (was && !is) return [{ path, before: envText(was), after: 'removed' }];
    if (!was || !is) return [];
    if (envText(was) !== envText(is)) return [{ path, before: envText(was), after: envText(is) }];
    return was.valueHash === is.valueHash ? [] : [{ path, before: 'set', after: 'changed' }];
  });
}

function envFromDiff(at: string, before: readonly EnvFrom[], after: readonly EnvFrom[]): FieldChange[] {
  const text = ({ kind, name, prefix, optional }: EnvFrom) =>
    `${kind === 'secret' ? 'Secret' : 'ConfigMap'} ${name}${prefix ? ` with prefix ${prefix}` : ''}${optional ? ' (optional)' : ''}`;
  return changesOfValue(`${at}.envFrom`, before.map(text), after.map(text));
}

const HANDLER_FIELD = { http: 'httpGet', tcp: 'tcpSocket', grpc: 'grpc', exec: 'exec' } as const;

/** A probe in one line, e.g. "httpGet :8080/health every 10 s, timeout 1 s, 3 failures". */
export function probeText(probe: Probe): string {
  const { handler } = probe;
  const target = {
    http: () => (handler.kind === 'http' ? `:${handler.port}${handler.path}` : ''),
    tcp: () => (handler.kind === 'tcp' ? `:${handler.port}` : ''),
    grpc: () => (handler.kind === 'grpc' ? `:${handler.port}` : ''),
    exec: () => (handler.kind === 'exec' ? quoted(handler.command) : ''),
  }[handler.kind]();
  return `${HANDLER_FIELD[handler.kind]} ${target} every ${probe.periodSeconds} s, timeout ${probe.timeoutSeconds} s, ${probe.failureThreshold} failures`;
}

function probeDiff(path: string, before: Probe | undefined, after: Probe | undefined): FieldChange[] {
  if (!before || !after) return changesOfValue(path, before && probeText(before), after && probeText(after));
  const { handler: oldHandler, ...oldTimes } = before;
  const { handler: newHandler, ...newTimes } = after;
  const times = changesOfValue(path, oldTimes, newTimes);
  if (oldHandler.kind !== newHandler.kind) {
    return [...changesOfValue(path, probeText(before), probeText(after)), ...times];
  }
  const field = `${path}.${HANDLER_FIELD[newHandler.kind]}`;
  const { kind: _was, ...oldFields } = oldHandler;
  const { kind: _is, ...newFields } = newHandler;
  return [...changesOfValue(field, oldFields, newFields), ...times];
}
