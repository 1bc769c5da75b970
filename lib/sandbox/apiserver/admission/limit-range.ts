import type { Amount } from '#lib/sandbox/apiserver/objects/amount.ts';
import { amountText } from '#lib/sandbox/apiserver/objects/amount.ts';
import type { Amounts } from '#lib/sandbox/apiserver/objects/amounts.ts';
import { amountsAt, amountsJson, podAmounts } from '#lib/sandbox/apiserver/objects/amounts.ts';
import type { Json, JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import {
  mapField,
  mapObjects,
  objectAt,
  objectsAt,
  stringAt,
  withDefaults,
} from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import type { Admission, AdmissionPlugin } from './admission-plugin.ts';
import { refused } from './admission-plugin.ts';

/** Defaults and bounds of a namespace's containers (kubernetes/plugin/pkg/admission/limitranger). */
export const limitRange: AdmissionPlugin = {
  name: 'LimitRanger',
  change: (context, admission) =>
    concerns(admission, 'Pod')
      ? rangesOf(context, admission).reduce(withRangeDefaults, admission.object)
      : admission.object,
  check: (context, admission) => {
    if (!concerns(admission, 'Pod') && !concerns(admission, 'PersistentVolumeClaim')) return;
    for (const range of rangesOf(context, admission)) {
      const broken = violations(range, admission);
      if (broken.length > 0) throw refused(admission, aggregated(broken));
    }
  },
};

function concerns({ resource, operation, subresource }: Admission, kind: string): boolean {
  if (resource.kind !== kind || subresource !== undefined) return false;
  return operation === 'CREATE' || (operation === 'UPDATE' && kind === 'PersistentVolumeClaim');
}

function rangesOf({ journal }: ServerContext, { namespace }: Admission): readonly KubeObject[] {
  return journal.list('limitranges', namespace);
}

const limitsOf = (range: JsonObject): readonly JsonObject[] => objectsAt(range, 'spec', 'limits');

const CONTAINER_LISTS = [
  ['containers', 'container'],
  ['initContainers', 'init container'],
] as const;
const ANNOTATION = 'kubernetes.io/limit-ranger';

function withRangeDefaults(pod: JsonObject, range: JsonObject): JsonObject {
  const ofContainers = limitsOf(range).filter(({ type }) => type === 'Container');
  const defaults = (field: string): JsonObject =>
    Object.fromEntries(ofContainers.flatMap((limit) => Object.entries(amountsJson(amountsAt(limit, field)))));
  const [limits, requests] = [defaults('default'), defaults('defaultRequest')];
  const notes: string[] = [];
  const fill = (container: JsonObject, what: string): JsonObject => {
    const resources = objectAt(container, 'resources');
    const name = stringAt(container, 'name') ?? '';
    const sides = Object.entries({ requests, limits }).map(([side, values]): [string, Json | undefined] => {
      const given = objectAt(resources, side);
      const added = Object.keys(values).filter((key) => given[key] === undefined);
      if (added.length === 0) return [side, resources[side]];
      notes.push(`${added.toSorted().join(', ')} ${side.slice(0, -1)} for ${what} ${name}`);
      return [side, withDefaults(given, values)];
    });
    return { ...container, resources: { ...resources, ...Object.fromEntries(sides) } };
  };
  const spec = CONTAINER_LISTS.reduce(
    (current, [list, what]) =>
      mapField(current, list, (value) => mapObjects(value, (container) => fill(container, what))),
    objectAt(pod, 'spec'),
  );
  if (notes.length === 0) return pod;
  const metadata = objectAt(pod, 'metadata');
  const note = { [ANNOTATION]: `LimitRanger plugin set: ${notes.join('; ')}` };
  return {
    ...pod,
    spec,
    metadata: { ...metadata, annotations: { ...objectAt(metadata, 'annotations'), ...note } },
  };
}

/** One sentence per bound that is not kept. */
function violations(range: JsonObject, { resource, object }: Admission): readonly string[] {
  return limitsOf(range).flatMap((limit) => {
    const type = stringAt(limit, 'type') ?? '';
    if (resource.kind === 'PersistentVolumeClaim') {
      return type === resource.kind
        ? claimViolations(limit, amountsAt(object, 'spec', 'resources', 'requests'))
        : [];
    }
    if (type === 'Pod') {
      const [requests, limits] = [podAmounts(object, 'requests'), podAmounts(object, 'limits')];
      return bounds(limit, { requests, limits });
    }
    if (type !== 'Container') return [];
    return CONTAINER_LISTS.flatMap(([list]) => objectsAt(object, 'spec', list)).flatMap((container) =>
      bounds(limit, {
        requests: amountsAt(container, 'resources', 'requests'),
        limits: amountsAt(container, 'resources', 'limits'),
      }),
    );
  });
}

type Used = { readonly requests: Amounts; readonly limits: Amounts };

function bounds(limit: JsonObject, used: Used): readonly string[] {
  const type = stringAt(limit, 'type') ?? '';
  const each = (field: string, broken: (bound: Bound) => string | undefined): readonly string[] =>
    Object.entries(amountsAt(limit, field)).flatMap(([name, enforced]) => {
      const [request, most] = [used.requests[name], used.limits[name]];
      return broken({ type, name, enforced, request, limit: most }) ?? [];
    });
  return [...each('min', tooLittle), ...each('max', tooMuch), ...each('maxLimitRequestRatio', tooUneven)];
}

type Bound = {
  readonly type: string;
  readonly name: string;
  readonly enforced: Amount;
  readonly request?: Amount;
  readonly limit?: Amount;
};

function tooLittle({ type, name, enforced, request, limit }: Bound): string | undefined {
  const rule = `minimum ${name} usage per ${type} is ${amountText(enforced)}`;
  if (!request) return `${rule}.  No request is specified`;
  if (request.nanos < enforced.nanos) return `${rule}, but request is ${amountText(request)}`;
  return limit && limit.nanos < enforced.nanos ? `${rule}, but limit is ${amountText(limit)}` : undefined;
}

function tooMuch({ type, name, enforced, request, limit }: Bound): string | undefined {
  const rule = `maximum ${name} usage per ${type} is ${amountText(enforced)}`;
  if (!limit) return `${rule}.  No limit is specified`;
  if (limit.nanos > enforced.nanos) return `${rule}, but limit is ${amountText(limit)}`;
  return request && request.nanos > enforced.nanos
    ? `${rule}, but request is ${amountText(request)}`
    : undefined;
}

function tooUneven({ type, name, enforced, request, limit }: Bound): string | undefined {
  const rule = `${name} max limit to request ratio per ${type} is ${amountText(enforced)}`;
  if (!request || request.nanos === 0n) return `${rule}, but no request is specified or request is 0`;
  if (!limit || limit.nanos === 0n) return `${rule}, but no limit is specified or limit is 0`;
  const ratio = Number(limit.nanos) / Number(request.nanos);
  const most = Number(enforced.nanos) / 1e9;
  return ratio > most ? `${rule}, but provided ratio is ${ratio.toFixed(6)}` : undefined;
}

/** A claim has no limit: its request is held against both bounds. */
function claimViolations(limit: JsonObject, requests: Amounts): readonly string[] {
  return bounds(limit, { requests, limits: requests }).map((text) =>
    text
      .replace('No limit is specified', 'No request is specified')
      .replace('but limit is', 'but request is'),
  );
}

/** utilerrors.NewAggregate: several errors in brackets, repeated ones once. */
function aggregated(errors: readonly string[]): string {
  const different = [...new Set(errors)];
  return different.length === 1 ? (different[0] ?? '') : `[${different.join(', ')}]`;
}
