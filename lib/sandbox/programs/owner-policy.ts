import { stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { WebhookBackend } from '#lib/sandbox/apiserver/webhook-backend.ts';

/** A company's rule, as many have one: whatever runs says which team answers for it. */
export const ownerPolicy: WebhookBackend = ({ kind, object, operation }) => {
  if (operation === 'DELETE' || stringAt(object, 'metadata', 'labels', 'owner') !== undefined) {
    return { kind: 'allowed' };
  }
  const name = stringAt(object, 'metadata', 'name') ?? stringAt(object, 'metadata', 'generateName') ?? '';
  return { kind: 'denied', code: 403, message: `${kind} "${name}" must carry the label "owner"` };
};
