import type { ExecuteRequest } from '#lib/contract/actions.ts';
import type { ActionFacts } from './action-facts.ts';
import type { Receipts } from './receipts.ts';

const clockTime = (at: number) => `${new Date(at).toISOString().slice(11, 19)} UTC`;

/** What changed since the preview, with the colleague's action when it went through this server. */
export function conflictSentence(
  { receipts, cluster }: { readonly receipts: Receipts; readonly cluster: string },
  { workload }: ActionFacts,
  request: ExecuteRequest,
): string {
  const { namespace, name, uid } = workload.meta;
  if (uid !== request.precondition.uid) {
    return `${namespace}/${name} was deleted and created again since the preview. Nothing was written.`;
  }
  const before = receipts
    .list()
    .find(
      (receipt) =>
        receipt.outcome === 'done' &&
        receipt.cluster === cluster &&
        receipt.target.uid === uid &&
        receipt.intentId !== request.intentId,
    );
  const what = before
    ? `${before.actor} did this at ${clockTime(before.at)}: ${before.title}.`
    : `Its pod template was changed; it now uses ${workload.template.containers.map(({ image }) => image).join(', ')}.`;
  return `${namespace}/${name} changed since the preview. ${what} Nothing was written.`;
}
