import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { epochMs } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { metadataOnly, present } from '#lib/sandbox/apiserver/objects/present.ts';
import type { Reply } from '#lib/sandbox/apiserver/reply.ts';
import { json } from '#lib/sandbox/apiserver/reply.ts';
import type { Resource } from '#lib/sandbox/apiserver/resources.ts';
import type { ResourceRequest, ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import type { Column } from './column.ts';
import { age } from './human-duration.ts';
import { TABLE_COLUMNS } from './table-columns.ts';

/** Whether the client lists a Table before anything else it would accept. */
export function wantsTable(accept: string): boolean {
  return /;as=Table\b/.test(accept.split(',')[0] ?? '');
}

/** Columns of resources without a printer: name and age, from the object's metadata. */
const PLAIN: readonly Column[] = [
  { name: 'Name', format: 'name', cell: ({ metadata }) => metadata.name },
  { name: 'Age', cell: ({ metadata }, now) => age(epochMs(metadata.creationTimestamp), now) },
];

const columnsOf = ({ kind }: Resource): readonly Column[] => TABLE_COLUMNS[kind] ?? PLAIN;

type Content = { readonly objects: readonly KubeObject[]; readonly metadata: JsonObject };

export function tableReply(context: ServerContext, request: ResourceRequest, content: Content): Reply {
  const table = {
    ...tableBody(context, request, content.objects, content.metadata),
    columnDefinitions: columnsOf(request.resource).map(definition),
  };
  return json(200, table);
}

/** One-row Tables for a watch; only the first of them carries the column definitions. */
export function tableFrames(context: ServerContext, request: ResourceRequest) {
  let first = true;
  const columns = (): JsonObject => {
    const columnDefinitions = first ? columnsOf(request.resource).map(definition) : null;
    first = false;
    return { columnDefinitions };
  };
  return {
    row: (object: KubeObject): JsonObject => {
      const { resourceVersion } = object.metadata;
      return { ...tableBody(context, request, [object], { resourceVersion }), ...columns() };
    },
    bookmark: (body: JsonObject): JsonObject => ({
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: body.metadata,
      ...columns(),
      rows: [{ cells: columnsOf(request.resource).map(() => null), object: body }],
    }),
  };
}

function tableBody(
  { clock }: ServerContext,
  { resource, query }: ResourceRequest,
  objects: readonly KubeObject[],
  metadata: JsonObject,
): JsonObject {
  const columns = columnsOf(resource);
  const now = clock.now();
  const include = query.get('includeObject') ?? 'Metadata';
  const rows = objects.map((object) => ({
    cells: columns.map(({ cell }) => cell(object, now)),
    ...(include !== 'None' && {
      object: include === 'Object' ? present(resource, object) : metadataOnly(object),
    }),
  }));
  return { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata, columnDefinitions: [], rows };
}

function definition({ name, type = 'string', format = '', priority = 0 }: Column): JsonObject {
  return { name, type, format, description: '', priority };
}
