import { useCallback, useEffect, useReducer, useRef } from 'react';
import { useSWRConfig } from 'swr';
import { ApiError } from '#lib/client/api-error.ts';
import { postJson } from '#lib/client/fetch-json.ts';
import type { ActionPreview, ActionReceipt, ExecuteRequest, PreviewRequest } from '#lib/contract/actions.ts';
import { executeUrl, previewUrl, receiptKey, receiptsKey } from '#lib/contract/keys.ts';
import type { ActionSpec } from '#lib/contract/shared.ts';
import { mayConfirm, startFlow, stepFlow } from './action-flow.ts';
import type { ActionFlow } from './action-flow.ts';
import { wantedOf } from './action-request.ts';
import type { ActionRequest } from './action-request.ts';

const toError = (error: unknown): ApiError =>
  error instanceof ApiError
    ? error
    : new ApiError({ code: 'internal', status: 0, message: String(error) }, { cause: error });

export type ActionFlowControls = {
  readonly flow: ActionFlow;
  readonly check: (spec: ActionSpec) => void;
  readonly edit: () => void;
  readonly confirm: (reason: string) => void;
};

/** Preview, confirm, follow: the talking side of the dialog. */
export function useActionFlow(cluster: string, request: ActionRequest): ActionFlowControls {
  const { mutate } = useSWRConfig();
  const [flow, dispatch] = useReducer(stepFlow, undefined, () =>
    startFlow(wantedOf(request), crypto.randomUUID()),
  );
  const inFlight = useRef(false);
  const { phase, spec } = flow;
  const { target } = request;

  useEffect(() => {
    if (phase !== 'checking' || !spec) return;
    const abort = new AbortController();
    const body: PreviewRequest = { target, action: spec };
    postJson<ActionPreview>(previewUrl(cluster), body, abort.signal).then(
      (preview) => abort.signal.aborted || dispatch({ type: 'previewed', preview }),
      (error: unknown) => abort.signal.aborted || dispatch({ type: 'previewFailed', error: toError(error) }),
    );
    return () => abort.abort();
  }, [phase, spec, cluster, target]);

  const confirm = useCallback(
    (reason: string) => {
      const { preview } = flow;
      // A second click arrives before the first one is drawn: the ref is faster than the state.
      if (inFlight.current || !mayConfirm(flow) || !preview || !flow.spec) return;
      inFlight.current = true;
      dispatch({ type: 'send' });
      const body: ExecuteRequest = {
        intentId: flow.intentId,
        target,
        action: flow.spec,
        precondition: preview.precondition,
        reason,
      };
      const settle = () => {
        inFlight.current = false;
        void mutate(receiptsKey(cluster));
      };
      postJson<ActionReceipt>(executeUrl(cluster), body).then(
        (receipt) => {
          void mutate(receiptKey(cluster, receipt.intentId), receipt, { revalidate: false });
          dispatch({ type: 'accepted', receipt });
          settle();
        },
        (error: unknown) => {
          dispatch({ type: 'sendFailed', error: toError(error), nextIntentId: crypto.randomUUID() });
          settle();
        },
      );
    },
    [flow, cluster, target, mutate],
  );

  return {
    flow,
    check: useCallback((next) => dispatch({ type: 'check', spec: next }), []),
    edit: useCallback(() => dispatch({ type: 'edit' }), []),
    confirm,
  };
}
