import type { JsonObject } from './objects/json.ts';

/** One call of an admission webhook: where it goes, and the gist of its AdmissionReview. */
export type WebhookCall = {
  readonly webhook: string;
  /** `https://policy.guard.svc:443/validate`, without the query. */
  readonly url: string;
  /** Undefined when the webhook is called by URL. */
  readonly service?: { readonly namespace: string; readonly name: string; readonly port: number };
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly kind: string;
  readonly namespace?: string;
  readonly object: JsonObject;
};

export type WebhookAnswer =
  | { readonly kind: 'allowed'; readonly warnings?: readonly string[] }
  | { readonly kind: 'denied'; readonly message: string; readonly code?: number }
  /** No answer came: `dial tcp 10.96.3.4:443: connect: connection refused`. */
  | { readonly kind: 'failed'; readonly error: string };

/** What is behind the webhooks. A server on its own reaches nothing; the sandbox answers for the programs it runs. */
export type WebhookBackend = (call: WebhookCall) => WebhookAnswer;

export const noWebhooks: WebhookBackend = ({ url }) => ({
  kind: 'failed',
  error: `dial tcp: lookup ${new URL(url).hostname} on 10.96.0.10:53: no such host`,
});
