import { z } from 'zod';
import {
  ActionPreview,
  ActionReceipt,
  ExecuteRequest,
  PreviewRequest,
  ReceiptsResponse,
} from '#lib/contract/actions.ts';
import { ClusterQuery, ClustersResponse } from '#lib/contract/cluster.ts';
import { HealthzResponse, ReadyzResponse } from '#lib/contract/health.ts';
import { IncidentsResponse } from '#lib/contract/incident-row.ts';
import { IncidentViewSchema } from '#lib/contract/incident-view.ts';
import { LogsQuery } from '#lib/contract/logs.ts';
import { OverviewSchema } from '#lib/contract/overview.ts';
import { PodsQuery, PodsResponse } from '#lib/contract/pods.ts';
import type { Access } from './route.ts';

export type RouteRow = {
  readonly method: 'GET' | 'POST';
  /** As in OpenAPI: `/api/incidents/{id}`. */
  readonly path: string;
  readonly access: Access;
  readonly summary: string;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly response:
    | { readonly type: 'application/json'; readonly schema: z.ZodType }
    | { readonly type: 'text/plain' | 'text/event-stream'; readonly description: string };
};

const json = (schema: z.ZodType) => ({ type: 'application/json', schema }) as const;
/** The document describes itself no further. */
const OpenApiDocument = z.looseObject({ openapi: z.string() });

/** Every API route. It feeds OpenAPI and the security matrix, which fails for a route file without a row here. */
export const ROUTES: readonly RouteRow[] = [
  {
    method: 'GET',
    path: '/api/clusters',
    access: 'read',
    summary: 'The contexts of the kubeconfig and which one is current',
    response: json(ClustersResponse),
  },
  {
    method: 'GET',
    path: '/api/incidents',
    access: 'read',
    summary: 'What is broken now, worst first, and what recovered recently',
    query: ClusterQuery,
    response: json(IncidentsResponse),
  },
  {
    method: 'GET',
    path: '/api/incidents/{id}',
    access: 'read',
    summary: 'One incident: finding, evidence, timeline, revisions, pods, offered actions',
    query: ClusterQuery,
    response: json(IncidentViewSchema),
  },
  {
    method: 'GET',
    path: '/api/pods',
    access: 'read',
    summary: 'All pods with the columns of kubectl get pods -A, filtered, sorted and in pages',
    query: PodsQuery,
    response: json(PodsResponse),
  },
  {
    method: 'GET',
    path: '/api/pods/{namespace}/{name}/logs',
    access: 'read',
    summary: 'The log of one container, as it is or followed',
    query: LogsQuery,
    response: { type: 'text/plain', description: 'Log lines; with follow=true the answer stays open' },
  },
  {
    method: 'GET',
    path: '/api/overview',
    access: 'read',
    summary: 'Unhealthy pods over time and by cause, since recording began',
    query: ClusterQuery,
    response: json(OverviewSchema),
  },
  {
    method: 'GET',
    path: '/api/actions',
    access: 'read',
    summary: 'Receipts of every attempted change',
    query: ClusterQuery,
    response: json(ReceiptsResponse),
  },
  {
    method: 'GET',
    path: '/api/actions/{intentId}',
    access: 'read',
    summary: 'The receipt of one attempt',
    query: ClusterQuery,
    response: json(ActionReceipt),
  },
  {
    method: 'POST',
    path: '/api/actions/preview',
    access: 'read',
    summary: 'What an action would change, checked by a server-side dry run; writes nothing',
    query: ClusterQuery,
    body: PreviewRequest,
    response: json(ActionPreview),
  },
  {
    method: 'POST',
    path: '/api/actions',
    access: 'write',
    summary: 'Does what was previewed, at most once per intentId',
    query: ClusterQuery,
    body: ExecuteRequest,
    response: json(ActionReceipt),
  },
  {
    method: 'GET',
    path: '/api/stream',
    access: 'read',
    summary: 'Triage list as snapshot and deltas, connection state, and keys to ask for again',
    query: ClusterQuery,
    response: { type: 'text/event-stream', description: 'Messages as in StreamMessage' },
  },
  {
    method: 'GET',
    path: '/api/healthz',
    access: 'public',
    summary: 'The process answers',
    response: json(HealthzResponse),
  },
  {
    method: 'GET',
    path: '/api/readyz',
    access: 'public',
    summary: 'Every watched kind of every started cluster; 503 until the first lists are complete',
    response: json(ReadyzResponse),
  },
  {
    method: 'GET',
    path: '/api/openapi.json',
    access: 'public',
    summary: 'This description',
    response: json(OpenApiDocument),
  },
];

/** Every page, for the security matrix. */
export const PAGES: readonly string[] = [
  '/',
  '/actions',
  '/incidents/{id}',
  '/overview',
  '/runbooks',
  '/runbooks/{id}',
];
