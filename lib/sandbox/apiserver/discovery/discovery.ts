import type { Json, JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import type { Reply } from '#lib/sandbox/apiserver/reply.ts';
import { json } from '#lib/sandbox/apiserver/reply.ts';
import type { Resource, Subresource } from '#lib/sandbox/apiserver/resources.ts';
import { RESOURCES, groupVersion } from '#lib/sandbox/apiserver/resources.ts';
import { unknownResource } from '#lib/sandbox/apiserver/status-error.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

type Group = { readonly group: string; readonly version: string; readonly resources: readonly Resource[] };

const GROUPS: readonly Group[] = [...Map.groupBy(RESOURCES, groupVersion).values()].flatMap((resources) => {
  const [first] = resources;
  return first ? [{ group: first.group, version: first.version, resources }] : [];
});

/** /api and /apis: aggregated (everything at once) when the client accepts it, else the legacy list. */
export function groupList(accept: string, root: '/api' | '/apis'): Reply {
  const groups = GROUPS.filter(({ group }) => (group === '') === (root === '/api'));
  if (/as=APIGroupDiscoveryList/.test(accept) && /v=v2(;|,|$)/.test(accept)) {
    const body = {
      kind: 'APIGroupDiscoveryList',
      apiVersion: 'apidiscovery.k8s.io/v2',
      metadata: {},
      items: groups.map(aggregatedGroup),
    };
    return json(200, body, { contentType: AGGREGATED });
  }
  return json(
    200,
    root === '/api'
      ? apiVersions()
      : { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(legacyGroup) },
  );
}

function apiVersions(): Json {
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
}

export function oneGroup(name: string): Reply {
  const group = GROUPS.find((known) => known.group === name);
  if (!group || name === '') throw unknownResource();
  return json(200, { kind: 'APIGroup', apiVersion: 'v1', ...legacyGroup(group) });
}

/** /api/v1 and /apis/<group>/<version>: kubectl auth can-i reads this even from servers with aggregated discovery. */
export function resourceList(group: string, version: string): Reply {
  const found = GROUPS.find((known) => known.group === group && known.version === version);
  if (!found) throw unknownResource();
  return json(200, {
    kind: 'APIResourceList',
    ...(group !== '' && { apiVersion: 'v1' }),
    groupVersion: groupVersion(found),
    resources: found.resources.flatMap((resource) => [
      legacyResource(resource),
      ...resource.subresources.map((subresource) => legacySubresource(resource, subresource)),
    ]),
  });
}

function legacyGroup(group: Group): JsonObject {
  const version = { groupVersion: groupVersion(group), version: group.version };
  return { name: group.group, versions: [version], preferredVersion: version };
}

function legacyResource({
  plural,
  singular,
  namespaced,
  kind,
  verbs,
  shortNames,
  categories,
}: Resource): JsonObject {
  return {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
  };
}

function legacySubresource(
  { plural, namespaced }: Resource,
  { name, kind, group, version, verbs }: Subresource,
): JsonObject {
  return {
    name: `${plural}/${name}`,
    singularName: '',
    namespaced,
    ...(group !== undefined && { group, version }),
    kind,
    verbs,
  };
}

function aggregatedGroup({ group, version, resources }: Group): JsonObject {
  return {
    metadata: { ...(group !== '' && { name: group }), creationTimestamp: null },
    versions: [{ version, resources: resources.map(aggregatedResource), freshness: 'Current' }],
  };
}

function aggregatedResource(resource: Resource): JsonObject {
  const { plural, singular, namespaced, kind, verbs, shortNames, categories, subresources, group, version } =
    resource;
  return {
    resource: plural,
    responseKind: { group, version, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
    ...(subresources.length > 0 && {
      subresources: subresources.map((sub) => aggregatedSubresource(resource, sub)),
    }),
  };
}

function aggregatedSubresource(
  resource: Resource,
  { name, kind, group, version, verbs }: Subresource,
): JsonObject {
  const responseKind = { group: group ?? resource.group, version: version ?? resource.version, kind };
  return { subresource: name, responseKind, verbs };
}
