import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { isArray, numberAt, objectAt, objectsAt, stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { Check } from './check.ts';
import {
  containersOf,
  named,
  nameOf,
  plural,
  quoted,
  securityField,
  securityText,
  setters,
  sortedUnique,
  uses,
} from './check.ts';

/** User namespaces relax some rules (1.35). */
export const hasUserNamespace = (spec: JsonObject): boolean => spec.hostUsers === false;

const appArmorProfile: Check = (spec) => {
  const typeOf = (holder: JsonObject) => securityText(holder, 'appArmorProfile', 'type');
  const isBad = (holder: JsonObject): boolean => {
    const type = typeOf(holder);
    return type !== undefined && type !== 'RuntimeDefault' && type !== 'Localhost';
  };
  const bad = containersOf(spec).filter(isBad);
  if (bad.length === 0 && !isBad(spec)) return undefined;
  const values = sortedUnique([...(isBad(spec) ? [spec] : []), ...bad].map((holder) => typeOf(holder) ?? ''));
  return {
    reason: plural('forbidden AppArmor profile', values),
    detail: `${setters(isBad(spec), bad.map(nameOf))} must not set AppArmor profile type to ${quoted(values)}`,
  };
};

const DEFAULT_CAPABILITIES = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

export function addedCapabilities(container: JsonObject): readonly string[] {
  const added = securityField(container, 'capabilities', 'add');
  return isArray(added) ? added.map(String) : [];
}

export const capabilitiesBaseline: Check = (spec) => {
  const extra = (container: JsonObject): readonly string[] =>
    addedCapabilities(container).filter((capability) => !DEFAULT_CAPABILITIES.has(capability));
  const bad = containersOf(spec).filter((container) => extra(container).length > 0);
  if (bad.length === 0) return undefined;
  const capabilities = quoted(sortedUnique(bad.flatMap(extra)));
  return {
    reason: 'non-default capabilities',
    detail: `${named('container', bad.map(nameOf))} must not include ${capabilities} in securityContext.capabilities.add`,
  };
};

const hostNamespaces: Check = (spec) => {
  const shared = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field] === true);
  if (shared.length === 0) return undefined;
  return { reason: 'host namespaces', detail: shared.map((field) => `${field}=true`).join(', ') };
};

export const hostPathVolumes: Check = (spec) => {
  const bad = objectsAt(spec, 'volumes').filter(({ hostPath }) => hostPath !== undefined);
  if (bad.length === 0) return undefined;
  return { reason: 'hostPath volumes', detail: named('volume', bad.map(nameOf)) };
};

const hostPorts: Check = (spec) => {
  const portsOf = (container: JsonObject): readonly string[] =>
    objectsAt(container, 'ports').flatMap((port) => {
      const hostPort = numberAt(port, 'hostPort') ?? 0;
      return hostPort === 0 ? [] : [String(hostPort)];
    });
  const bad = containersOf(spec).filter((container) => portsOf(container).length > 0);
  if (bad.length === 0) return undefined;
  const ports = sortedUnique(bad.flatMap(portsOf));
  return {
    reason: 'hostPort',
    detail: `${named('container', bad.map(nameOf))} ${uses(bad)} ${plural('hostPort', ports)} ${ports.join(', ')}`,
  };
};

const HANDLERS = [
  ['livenessProbe'],
  ['readinessProbe'],
  ['startupProbe'],
  ['lifecycle', 'postStart'],
  ['lifecycle', 'preStop'],
] as const;

const probeHosts: Check = (spec) => {
  const hostsOf = (container: JsonObject): readonly string[] =>
    HANDLERS.flatMap((path) =>
      ['httpGet', 'tcpSocket'].map((type) => stringAt(container, ...path, type, 'host') ?? ''),
    ).filter((host) => host !== '');
  const bad = containersOf(spec).filter((container) => hostsOf(container).length > 0);
  if (bad.length === 0) return undefined;
  const names = sortedUnique(bad.map(nameOf));
  const hosts = sortedUnique(bad.flatMap(hostsOf));
  return {
    reason: 'probe or lifecycle host',
    detail: `${named('container', names)} ${uses(names)} ${named('probe or lifecycle host', hosts)}`,
  };
};

const privileged: Check = (spec) => {
  const bad = containersOf(spec).filter((container) => securityField(container, 'privileged') === true);
  if (bad.length === 0) return undefined;
  const who = named('container', bad.map(nameOf));
  return { reason: 'privileged', detail: `${who} must not set securityContext.privileged=true` };
};

const procMount: Check = (spec) => {
  const mountOf = (container: JsonObject) => securityText(container, 'procMount') ?? 'Default';
  const bad = containersOf(spec).filter((container) => mountOf(container) !== 'Default');
  if (bad.length === 0 || hasUserNamespace(spec)) return undefined;
  const types = quoted(sortedUnique(bad.map((container) => mountOf(container))));
  const who = named('container', bad.map(nameOf));
  return { reason: 'procMount', detail: `${who} must not set securityContext.procMount to ${types}` };
};

const SELINUX_TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'];

const seLinuxOptions: Check = (spec) => {
  const text = (holder: JsonObject, field: string): string =>
    securityText(holder, 'seLinuxOptions', field) ?? '';
  const isBad = (holder: JsonObject): boolean =>
    !SELINUX_TYPES.includes(text(holder, 'type')) ||
    text(holder, 'user') !== '' ||
    text(holder, 'role') !== '';
  const bad = containersOf(spec).filter(isBad);
  const all = [...(isBad(spec) ? [spec] : []), ...bad];
  if (all.length === 0) return undefined;
  const types = sortedUnique(
    all.map((holder) => text(holder, 'type')).filter((type) => !SELINUX_TYPES.includes(type)),
  );
  const data = [
    ...(types.length > 0 ? [named('type', types)] : []),
    ...['user', 'role']
      .filter((field) => all.some((holder) => text(holder, field) !== ''))
      .map((field) => `${field} may not be set`),
  ];
  const who = setters(isBad(spec), bad.map(nameOf));
  return {
    reason: 'seLinuxOptions',
    detail: `${who} set forbidden securityContext.seLinuxOptions: ${data.join('; ')}`,
  };
};

/** Restricted asks for a profile; both forbid `Unconfined`. */
export const seccompBaseline: Check = (spec) => {
  const typeOf = (holder: JsonObject) => securityText(holder, 'seccompProfile', 'type');
  const isBad = (holder: JsonObject): boolean => {
    const type = typeOf(holder);
    return type !== undefined && type !== 'RuntimeDefault' && type !== 'Localhost';
  };
  const bad = containersOf(spec).filter(isBad);
  const all = [...(isBad(spec) ? [spec] : []), ...bad];
  if (all.length === 0) return undefined;
  const types = quoted(sortedUnique(all.map((holder) => typeOf(holder) ?? '')));
  const who = setters(isBad(spec), bad.map(nameOf));
  return {
    reason: 'seccompProfile',
    detail: `${who} must not set securityContext.seccompProfile.type to ${types}`,
  };
};

const SYSCTLS = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
]);

const sysctls: Check = (spec) => {
  const bad = objectsAt(objectAt(spec, 'securityContext'), 'sysctls').map(nameOf);
  const forbidden = bad.filter((name) => !SYSCTLS.has(name));
  return forbidden.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: forbidden.join(', ') };
};

const windowsHostProcess: Check = (spec) => {
  const isBad = (holder: JsonObject): boolean =>
    securityField(holder, 'windowsOptions', 'hostProcess') === true;
  const bad = containersOf(spec).filter(isBad);
  if (bad.length === 0 && !isBad(spec)) return undefined;
  const who = setters(isBad(spec), bad.map(nameOf));
  return {
    reason: 'hostProcess',
    detail: `${who} must not set securityContext.windowsOptions.hostProcess=true`,
  };
};

/** Level "baseline", by the id that orders the rules (pod-security-admission/policy). */
export const BASELINE: Readonly<Record<string, Check>> = {
  appArmorProfile,
  capabilities_baseline: capabilitiesBaseline,
  hostNamespaces,
  hostPathVolumes,
  hostPorts,
  hostProbesAndHostLifecycle: probeHosts,
  privileged,
  procMount,
  seLinuxOptions,
  seccompProfile_baseline: seccompBaseline,
  sysctls,
  windowsHostProcess,
};
