import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import {
  isArray,
  numberAt,
  objectAt,
  objectsAt,
  stringAt,
  stringMapAt,
  valueAt,
} from '#lib/sandbox/apiserver/objects/json.ts';
import { selects } from '#lib/sandbox/apiserver/selectors/selects.ts';
import type { ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import { badRequest, internalError, StatusError } from '#lib/sandbox/apiserver/status-error.ts';
import type { WebhookAnswer, WebhookCall } from '#lib/sandbox/apiserver/webhook-backend.ts';
import type { Admission, AdmissionPlugin } from './admission-plugin.ts';

const STORAGE = 'validatingwebhookconfigurations.admissionregistration.k8s.io';

/** Asks the webhooks that are registered for a request (apiserver/pkg/admission/plugin/webhook/validating). */
export const validatingWebhook: AdmissionPlugin = {
  name: 'ValidatingAdmissionWebhook',
  check: (context, admission) => {
    // A broken webhook must not keep anybody from removing it.
    if (admission.resource.group === 'admissionregistration.k8s.io') return;
    for (const configuration of context.journal.list(STORAGE)) {
      for (const webhook of objectsAt(configuration, 'webhooks')) {
        if (isConcerned(context, webhook, admission)) ask(context, webhook, admission);
      }
    }
  },
};

function isConcerned(context: ServerContext, webhook: JsonObject, admission: Admission): boolean {
  return (
    objectsAt(webhook, 'rules').some((rule) => covers(rule, admission)) &&
    selects(webhook.namespaceSelector, namespaceLabels(context, admission)) &&
    [admission.object, admission.previous].some(
      (object) =>
        object !== undefined && selects(webhook.objectSelector, stringMapAt(object, 'metadata', 'labels')),
    )
  );
}

/** A Namespace is selected by its own labels; other cluster-wide objects by any namespace selector. */
function namespaceLabels({ journal }: ServerContext, { resource, namespace, object }: Admission) {
  const home = resource.kind === 'Namespace' ? object : journal.get('namespaces', undefined, namespace ?? '');
  return stringMapAt(home, 'metadata', 'labels');
}

function covers(rule: JsonObject, { operation, resource, subresource }: Admission): boolean {
  const scope = stringAt(rule, 'scope') ?? '*';
  return (
    lists(rule, 'operations', operation) &&
    lists(rule, 'apiGroups', resource.group) &&
    lists(rule, 'apiVersions', resource.version) &&
    (scope === '*' || (scope === 'Namespaced') === resource.namespaced) &&
    resourcesOf(rule).some((pattern) => matchesResource(pattern, resource.plural, subresource ?? ''))
  );
}

function lists(rule: JsonObject, field: string, wanted: string): boolean {
  const list = valueAt(rule, field);
  return isArray(list) && (list.includes('*') || list.includes(wanted));
}

function resourcesOf(rule: JsonObject): readonly string[] {
  const list = valueAt(rule, 'resources');
  return isArray(list) ? list.map(String) : [];
}

function matchesResource(pattern: string, plural: string, subresource: string): boolean {
  const [wantedPlural = '', wantedSub = ''] = pattern.split('/');
  return [plural, '*'].includes(wantedPlural) && [subresource, '*'].includes(wantedSub);
}

function ask(context: ServerContext, webhook: JsonObject, admission: Admission): void {
  const name = stringAt(webhook, 'name') ?? '';
  const sideEffects = stringAt(webhook, 'sideEffects');
  if (admission.dryRun && sideEffects !== 'None' && sideEffects !== 'NoneOnDryRun') {
    throw badRequest(`admission webhook "${name}" does not support dry run`);
  }
  const call = callOf(name, webhook, admission);
  const answer = answerTo(context, call);
  if (answer.kind === 'allowed') answer.warnings?.forEach((text) => admission.warn?.(text));
  else if (answer.kind === 'denied') throw denied(name, answer);
  else if (stringAt(webhook, 'failurePolicy') !== 'Ignore') {
    const seconds = numberAt(webhook, 'timeoutSeconds') ?? 10;
    const failure = `failed to call webhook: Post "${call.url}?timeout=${seconds}s": ${answer.error}`;
    throw internalError(`failed calling webhook "${name}": ${failure}`);
  }
}

function callOf(webhook: string, { clientConfig }: JsonObject, admission: Admission): WebhookCall {
  const { operation, resource, namespace, object } = admission;
  const common = { webhook, operation, kind: resource.kind, namespace, object };
  const url = stringAt(clientConfig, 'url');
  if (url !== undefined) return { ...common, url };
  const named = objectAt(clientConfig, 'service');
  const service = {
    namespace: stringAt(named, 'namespace') ?? '',
    name: stringAt(named, 'name') ?? '',
    port: numberAt(named, 'port') ?? 443,
  };
  const path = stringAt(named, 'path') ?? '';
  return {
    ...common,
    service,
    url: `https://${service.name}.${service.namespace}.svc:${service.port}${path}`,
  };
}

/** The server resolves a Service itself (webhook/serviceresolver.go, proxy.ResolveCluster). */
function answerTo({ journal, webhooks }: ServerContext, call: WebhookCall): WebhookAnswer {
  const { service } = call;
  if (service && !journal.get('services', service.namespace, service.name)) {
    return { kind: 'failed', error: `service "${service.name}" not found` };
  }
  return webhooks()(call);
}

/** The words of webhook/errors/statuserror.go. */
function denied(
  name: string,
  { message, code = 400 }: Extract<WebhookAnswer, { kind: 'denied' }>,
): StatusError {
  const deniedBy = `admission webhook "${name}" denied the request`;
  const text = message === '' ? `${deniedBy} without explanation` : `${deniedBy}: ${message}`;
  const reason = code === 403 ? 'Forbidden' : code === 400 ? 'BadRequest' : 'Unknown';
  return new StatusError({ code, reason, message: text });
}
