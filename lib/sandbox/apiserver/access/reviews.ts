import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { isObject, objectAt, stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import { timestamp } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { Reply } from '#lib/sandbox/apiserver/reply.ts';
import { json } from '#lib/sandbox/apiserver/reply.ts';
import type { ResourceRequest, ServerContext } from '#lib/sandbox/apiserver/server-context.ts';
import { badRequest, invalid } from '#lib/sandbox/apiserver/status-error.ts';
import { authorize, rulesFor } from './authorizer.ts';
import type { Attributes } from './rules.ts';
import { strings } from './rules.ts';

type Review = (context: ServerContext, request: ResourceRequest) => JsonObject;

const REVIEWS: Readonly<Record<string, Review>> = {
  SelfSubjectAccessReview: ({ journal }, request) => {
    const { allowed, reason } = authorize(journal, request.user, wantedBy(request));
    return { allowed, ...(reason !== undefined && { reason }) };
  },
  SelfSubjectRulesReview: ({ journal }, { user, body, resource }) => {
    const namespace = stringAt(body, 'spec', 'namespace') ?? '';
    if (namespace === '') throw badRequest(`no namespace on request: ${resource.kind}`);
    const rules = rulesFor(journal, user, namespace);
    return {
      resourceRules: rules.filter((rule) => strings(rule, 'resources').length > 0),
      nonResourceRules: rules.filter((rule) => strings(rule, 'nonResourceURLs').length > 0),
      incomplete: false,
    };
  },
  SelfSubjectReview: (_context, { user }) => ({
    userInfo: { username: user.name, ...(user.uid !== undefined && { uid: user.uid }), groups: user.groups },
  }),
};

export function isReview(kind: string): boolean {
  return kind in REVIEWS;
}

/** Answers a question about the caller's own rights; nothing is stored. */
export function review(context: ServerContext, request: ResourceRequest): Reply {
  const { kind, group, version } = request.resource;
  const status = REVIEWS[kind]?.(context, request) ?? {};
  const metadata = {
    creationTimestamp: kind === 'SelfSubjectReview' ? timestamp(context.clock.now()) : null,
  };
  return json(201, {
    kind,
    apiVersion: `${group}/${version}`,
    metadata,
    spec: objectAt(request.body, 'spec'),
    status,
  });
}

function wantedBy({ body, resource }: ResourceRequest): Attributes {
  const spec = objectAt(body, 'spec');
  const { resourceAttributes, nonResourceAttributes } = spec;
  if (isObject(nonResourceAttributes)) {
    const [verb = '', path = ''] = [
      stringAt(nonResourceAttributes, 'verb'),
      stringAt(nonResourceAttributes, 'path'),
    ];
    return { kind: 'path', verb, path };
  }
  if (!isObject(resourceAttributes)) {
    const message =
      'Invalid value: exactly one of nonResourceAttributes or resourceAttributes must be specified';
    throw invalid(resource, '', [{ reason: 'FieldValueInvalid', message, field: 'spec.resourceAttributes' }]);
  }
  const text = (field: string): string => stringAt(resourceAttributes, field) ?? '';
  const optional = (field: string): string | undefined => (text(field) === '' ? undefined : text(field));
  return {
    kind: 'resource',
    verb: text('verb'),
    group: text('group'),
    resource: text('resource'),
    subresource: optional('subresource'),
    name: optional('name'),
    namespace: optional('namespace'),
  };
}
