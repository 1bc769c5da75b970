import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { isArray, objectsAt, stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import { addedCapabilities, BASELINE, hasUserNamespace, seccompBaseline } from './baseline.ts';
import type { Check } from './check.ts';
import {
  containersOf,
  named,
  nameOf,
  plural,
  quoted,
  securityField,
  setters,
  sortedUnique,
  uses,
} from './check.ts';

const isWindows = (spec: JsonObject): boolean => stringAt(spec, 'os', 'name') === 'windows';

const allowPrivilegeEscalation: Check = (spec) => {
  const bad = containersOf(spec).filter(
    (container) => securityField(container, 'allowPrivilegeEscalation') !== false,
  );
  if (bad.length === 0 || isWindows(spec)) return undefined;
  const who = named('container', bad.map(nameOf));
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${who} must set securityContext.allowPrivilegeEscalation=false`,
  };
};

const capabilitiesRestricted: Check = (spec) => {
  const dropsAll = (container: JsonObject): boolean => {
    const dropped = securityField(container, 'capabilities', 'drop');
    return isArray(dropped) && dropped.includes('ALL');
  };
  const extra = (container: JsonObject): readonly string[] =>
    addedCapabilities(container).filter((capability) => capability !== 'NET_BIND_SERVICE');
  const keeping = containersOf(spec).filter((container) => !dropsAll(container));
  const adding = containersOf(spec).filter((container) => extra(container).length > 0);
  const details: string[] = [];
  if (keeping.length > 0) {
    details.push(
      `${named('container', keeping.map(nameOf))} must set securityContext.capabilities.drop=["ALL"]`,
    );
  }
  if (adding.length > 0) {
    const capabilities = quoted(sortedUnique(adding.flatMap(extra)));
    const who = named('container', adding.map(nameOf));
    details.push(`${who} must not include ${capabilities} in securityContext.capabilities.add`);
  }
  if (details.length === 0 || isWindows(spec)) return undefined;
  return { reason: 'unrestricted capabilities', detail: details.join('; ') };
};

const VOLUME_TYPES = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

const restrictedVolumes: Check = (spec) => {
  const typeOf = (volume: JsonObject): string =>
    Object.keys(volume).find((key) => key !== 'name') ?? 'unknown';
  const bad = objectsAt(spec, 'volumes').filter((volume) => !VOLUME_TYPES.has(typeOf(volume)));
  if (bad.length === 0) return undefined;
  const types = sortedUnique(bad.map(typeOf));
  const kinds = `${plural('restricted volume type', types)} ${quoted(types)}`;
  return {
    reason: 'restricted volume types',
    detail: `${named('volume', bad.map(nameOf))} ${uses(bad)} ${kinds}`,
  };
};

const runAsNonRoot: Check = (spec) => {
  const reason = 'runAsNonRoot != true';
  const ofPod = securityField(spec, 'runAsNonRoot');
  const containers = containersOf(spec);
  const explicit = containers.filter((container) => securityField(container, 'runAsNonRoot') === false);
  if (hasUserNamespace(spec)) return undefined;
  if (ofPod === false || explicit.length > 0) {
    const who = setters(ofPod === false, explicit.map(nameOf));
    return { reason, detail: `${who} must not set securityContext.runAsNonRoot=false` };
  }
  const silent = containers.filter((container) => securityField(container, 'runAsNonRoot') === undefined);
  if (ofPod === true || silent.length === 0) return undefined;
  const who = named('container', silent.map(nameOf));
  return { reason, detail: `pod or ${who} must set securityContext.runAsNonRoot=true` };
};

const runAsUser: Check = (spec) => {
  const isRoot = (holder: JsonObject): boolean => securityField(holder, 'runAsUser') === 0;
  const bad = containersOf(spec).filter(isRoot);
  if (hasUserNamespace(spec) || (bad.length === 0 && !isRoot(spec))) return undefined;
  return {
    reason: 'runAsUser=0',
    detail: `${setters(isRoot(spec), bad.map(nameOf))} must not set runAsUser=0`,
  };
};

const seccompRestricted: Check = (spec) => {
  if (isWindows(spec)) return undefined;
  const forbidden = seccompBaseline(spec);
  if (forbidden) return forbidden;
  const has = (holder: JsonObject): boolean => securityField(holder, 'seccompProfile', 'type') !== undefined;
  const silent = containersOf(spec).filter((container) => !has(container));
  if (has(spec) || silent.length === 0) return undefined;
  const who = named('container', silent.map(nameOf));
  return {
    reason: 'seccompProfile',
    detail: `pod or ${who} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
  };
};

/** Rules of "baseline" that a stricter one of "restricted" stands in for. */
const OVERRIDDEN = new Set(['capabilities_baseline', 'hostPathVolumes', 'seccompProfile_baseline']);

/** Level "restricted": what is left of baseline first, then its own rules (registry.go, populate). */
export const RESTRICTED: readonly Check[] = [
  ...Object.entries(BASELINE).flatMap(([id, check]) => (OVERRIDDEN.has(id) ? [] : [check])),
  allowPrivilegeEscalation,
  capabilitiesRestricted,
  restrictedVolumes,
  runAsNonRoot,
  runAsUser,
  seccompRestricted,
];
