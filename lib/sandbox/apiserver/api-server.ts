import type { Clock } from '#lib/sandbox/clock.ts';
import { seedCluster } from './cluster-seed.ts';
import { impersonated, type Impersonation } from './access/impersonation.ts';
import { requireAccess } from './access/authorizer.ts';
import type { Attributes } from './access/rules.ts';
import { pathReply } from './discovery/paths.ts';
import { dispatch } from './dispatch.ts';
import type { ExecSource } from './exec-source.ts';
import { noExec } from './exec-source.ts';
import { expireEvents } from './event-expiry.ts';
import { Faults } from './faults.ts';
import { Journal } from './journal.ts';
import type { LogSource } from './log-source.ts';
import { noLogs } from './log-source.ts';
import type { Json } from './objects/json.ts';
import type { Reply } from './reply.ts';
import { json } from './reply.ts';
import type { PathInfo, ResourceInfo, User } from './request-info.ts';
import { requestInfo } from './request-info.ts';
import { hasSubresource } from './resources.ts';
import type { ResourceRequest, ServerContext } from './server-context.ts';
import { deleteNamespaces } from './verbs/namespace-deletion.ts';
import { StatusError, unknownResource } from './status-error.ts';
import type { UsageSource } from './usage-source.ts';
import { noUsage } from './usage-source.ts';
import type { WebhookBackend } from './webhook-backend.ts';
import { noWebhooks } from './webhook-backend.ts';
import { keepQuotaStatus } from './admission/quota-status.ts';

export type ApiServerOptions = {
  readonly clock: Clock;
  /** Uniform in [0, 1), seeded: names, uids. */
  readonly random: () => number;
  /** Entries the journal keeps before older versions answer 410. */
  readonly journalLimit?: number;
};

export type ApiServerRequest = {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly user: User;
  /** Whom the user wants to be taken for. */
  readonly impersonate?: Impersonation;
  /** Decoded JSON. */
  readonly body?: Json;
  readonly contentType?: string;
  readonly accept?: string;
  readonly userAgent?: string;
};

export type ApiServer = {
  /** Answers one request, synchronously; never throws. Watches and logs answer with a stream to open. */
  handle(request: ApiServerRequest): Reply;
  readonly journal: Journal;
  readonly faults: Faults;
  /** Where /log reads from; until this is called every log is empty. */
  useLogs(source: LogSource): void;
  /** Who runs commands in containers; until this is called nobody does. */
  useExec(source: ExecSource): void;
  /** What containers and nodes take; until this is called nothing is measured. */
  useUsage(source: UsageSource): void;
  /** Who answers admission webhooks; until this is called none can be reached. */
  useWebhooks(backend: WebhookBackend): void;
};

/** A Kubernetes API server over an in-memory journal: real verbs, real errors, an injected clock. */
export function createApiServer({ clock, random, journalLimit }: ApiServerOptions): ApiServer {
  const journal = new Journal({ limit: journalLimit });
  const faults = new Faults();
  let logs = noLogs;
  let exec = noExec;
  let usage = noUsage;
  let webhooks = noWebhooks;
  const context: ServerContext = {
    journal,
    clock,
    random,
    faults,
    watches: new Set(),
    logs: () => logs,
    exec: () => exec,
    usage: () => usage,
    webhooks: () => webhooks,
  };
  keepQuotaStatus(context);
  expireEvents(context);
  deleteNamespaces(context);
  faults.onExpire(() => {
    journal.compact();
    for (const expire of [...context.watches]) expire();
  });
  seedCluster(context);
  return {
    journal,
    faults,
    handle: (request) => answer(context, request),
    useLogs: (source) => {
      logs = source;
    },
    useExec: (source) => {
      exec = source;
    },
    useUsage: (source) => {
      usage = source;
    },
    useWebhooks: (backend) => {
      webhooks = backend;
    },
  };
}

function answer(context: ServerContext, asked: ApiServerRequest): Reply {
  try {
    context.faults.check();
    const { impersonate } = asked;
    const user = impersonate ? impersonated(context.journal, asked.user, impersonate) : asked.user;
    const request = { ...asked, user };
    const url = new URL(`http://localhost${request.path}`);
    const info = requestInfo(request.method, url.pathname, url.searchParams);
    requireAccess(context.journal, request.user, wantedBy(info, url.searchParams));
    if (info.kind === 'path') return pathReply(info.path, request.accept ?? '');
    return dispatch(context, resourceRequest(request, info, url.searchParams), info.verb);
  } catch (error) {
    if (error instanceof StatusError) return json(error.code, error.status());
    throw error;
  }
}

function wantedBy(info: ResourceInfo | PathInfo, query: URLSearchParams): Attributes {
  if (info.kind === 'path') return info;
  const { verb, group, plural, subresource, namespace } = info;
  // A collection narrowed to one name by its field selector counts as that object.
  const name = info.name ?? /^metadata\.name==?([^,]+)$/.exec(query.get('fieldSelector') ?? '')?.[1];
  return { kind: 'resource', verb, group, resource: plural, subresource, name, namespace };
}

function resourceRequest(
  request: ApiServerRequest,
  info: ResourceInfo,
  query: URLSearchParams,
): ResourceRequest {
  const { resource, subresource, namespace, name = '' } = info;
  if (!resource) throw unknownResource();
  if (subresource !== undefined && !hasSubresource(resource, subresource)) throw unknownResource();
  return {
    resource,
    subresource,
    namespace,
    name,
    query,
    body: request.body,
    contentType: (request.contentType ?? 'application/json').split(';')[0]?.trim() ?? '',
    accept: request.accept ?? 'application/json',
    user: request.user,
    userAgent: request.userAgent ?? '',
  };
}
