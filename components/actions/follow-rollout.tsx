'use client';
import { KubectlLine } from '#components/cluster/kubectl-line.tsx';
import { useCluster } from '#components/live/live-provider.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { useReceipt } from '#lib/client/queries.ts';
import type { ActionReceipt, RolloutStatus } from '#lib/contract/actions.ts';

const OUTCOME: Record<ActionReceipt['outcome'], string> = {
  running: 'The write is on its way.',
  done: 'The API server accepted the write.',
  refused: 'Refused: nothing was written.',
  failed: 'The write failed.',
  unknown: 'No answer came: it may or may not have been written.',
};

const ROLLOUT: Record<RolloutStatus['state'], string> = {
  waiting: 'Waiting for the controller',
  progressing: 'Rolling out',
  done: 'Rolled out',
  failed: 'The rollout does not progress',
  superseded: 'Another change took over',
  unknown: 'The rollout cannot be seen',
};

const BAR_WIDTH = 700;

function Progress({ rollout }: { rollout: RolloutStatus }) {
  const share = (count: number) => (rollout.desired === 0 ? 1 : Math.min(count / rollout.desired, 1));
  return (
    <svg
      width="100%"
      height="10"
      viewBox={`0 0 ${BAR_WIDTH} 10`}
      preserveAspectRatio="none"
      aria-hidden="true"
      className="mt-3 block"
    >
      <rect width={BAR_WIDTH * share(rollout.updated)} height="10" className="s-backoff" />
      <rect width={BAR_WIDTH * share(rollout.ready)} height="10" className="fill-run" />
      <rect x="0.5" y="0.5" width={BAR_WIDTH - 1} height="9" className="fill-none stroke-control" />
    </svg>
  );
}

const revisionWords = (rollout: RolloutStatus): string =>
  rollout.revision === undefined ? '' : ` on revision ${rollout.revision}`;

/** The rollout in kubectl's terms, until it converged or failed. */
export function FollowRollout({ initial }: { initial: ActionReceipt }) {
  const query = useReceipt(useCluster(), initial.intentId);
  const receipt = query.data ?? initial;
  const { rollout } = receipt;
  const bad = receipt.outcome === 'refused' || receipt.outcome === 'failed';
  return (
    <div className="pb-4">
      <div role="status" aria-live="polite">
        <p className="text-15 font-semibold">
          {receipt.outcome === 'done' && rollout ? ROLLOUT[rollout.state] : OUTCOME[receipt.outcome]}
          {rollout && (
            <span className="font-normal text-ink-2">
              {': '}
              {rollout.ready} of {rollout.desired} ready{revisionWords(rollout)}
            </span>
          )}
        </p>
        {rollout && (
          <p className="mono mt-1 text-12 text-ink-2 [overflow-wrap:anywhere]">
            <ForeignText text={rollout.message} />
          </p>
        )}
      </div>
      {rollout && <Progress rollout={rollout} />}
      {receipt.message !== undefined && (
        <div className="mt-3">
          <Notice tone={bad ? 'bad' : 'note'}>
            <ForeignText text={receipt.message} />
          </Notice>
        </div>
      )}
      {query.error && (
        <p className="mt-3 text-12 text-ink-3">Cannot ask for news: {query.error.message} Asking again.</p>
      )}
      <div className="mt-3 border-t border-line pt-2">
        <KubectlLine command={receipt.kubectl} />
      </div>
    </div>
  );
}
