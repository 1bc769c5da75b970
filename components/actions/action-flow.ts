import type { ApiError } from '#lib/client/api-error.ts';
import type { ActionPreview, ActionReceipt } from '#lib/contract/actions.ts';
import type { ActionSpec } from '#lib/contract/shared.ts';

/** Where an open dialog stands. Nothing is written before `sending`. */
export type ActionFlow = {
  readonly phase: 'form' | 'checking' | 'ready' | 'sending' | 'following';
  readonly spec: ActionSpec | undefined;
  /** Made once per confirmation: the server never patches twice for one id. */
  readonly intentId: string;
  readonly preview?: ActionPreview;
  readonly receipt?: ActionReceipt;
  readonly error?: ApiError;
  /** The object changed between preview and confirm: what is shown now is the new preview. */
  readonly changed: boolean;
};

export type FlowStep =
  | { readonly type: 'check'; readonly spec: ActionSpec }
  | { readonly type: 'edit' }
  | { readonly type: 'previewed'; readonly preview: ActionPreview }
  | { readonly type: 'previewFailed'; readonly error: ApiError }
  | { readonly type: 'send' }
  | { readonly type: 'accepted'; readonly receipt: ActionReceipt }
  | { readonly type: 'sendFailed'; readonly error: ApiError; readonly nextIntentId: string };

export const startFlow = (spec: ActionSpec | undefined, intentId: string): ActionFlow => ({
  phase: spec ? 'checking' : 'form',
  spec,
  intentId,
  changed: false,
});

/** A conflict means nothing was written: look again and ask again, under a new id. */
function afterFailure(flow: ActionFlow, error: ApiError, nextIntentId: string): ActionFlow {
  if (error.code === 'conflict') {
    return {
      ...flow,
      phase: 'checking',
      preview: undefined,
      error: undefined,
      intentId: nextIntentId,
      changed: true,
    };
  }
  // No answer: it may have been written. The same id makes asking again harmless.
  const keepsId = error.code === 'offline' || error.code === 'unavailable' || error.code === 'internal';
  return { ...flow, phase: 'ready', error, intentId: keepsId ? flow.intentId : nextIntentId };
}

export function stepFlow(flow: ActionFlow, step: FlowStep): ActionFlow {
  switch (step.type) {
    case 'check':
      return { ...flow, phase: 'checking', spec: step.spec, preview: undefined, error: undefined };
    case 'edit':
      return { ...flow, phase: 'form', preview: undefined, error: undefined };
    case 'previewed':
      return flow.phase === 'checking' ? { ...flow, phase: 'ready', preview: step.preview } : flow;
    case 'previewFailed':
      return { ...flow, error: step.error };
    case 'send':
      return { ...flow, phase: 'sending', error: undefined };
    case 'accepted':
      return { ...flow, phase: 'following', receipt: step.receipt, error: undefined };
    case 'sendFailed':
      return afterFailure(flow, step.error, step.nextIntentId);
  }
}

export const mayConfirm = (flow: ActionFlow): boolean =>
  flow.phase === 'ready' && flow.preview !== undefined && flow.preview.refusals.length === 0;
