'use client';
import { useLive } from '#components/live/live-provider.tsx';
import { ClockTime } from '#components/live/clock-time.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { useKeys } from '#components/ui/keymap-provider.tsx';
import { Loaded } from '#components/ui/loaded.tsx';
import { useReceipts } from '#lib/client/queries.ts';
import type { ActionReceipt } from '#lib/contract/actions.ts';

const OUTCOME: Record<ActionReceipt['outcome'], { word: string; text: string }> = {
  running: { word: 'Running', text: 'text-note' },
  done: { word: 'Written', text: 'text-ok' },
  refused: { word: 'Refused', text: 'text-warn' },
  failed: { word: 'Failed', text: 'text-crit' },
  unknown: { word: 'Unknown', text: 'text-unk' },
};

const COLUMNS = [
  ['When', 'w-[150px] pl-4!'],
  ['Who', 'w-[140px]'],
  ['What', ''],
  ['Change', 'w-[26%]'],
  ['Why', 'w-[16%]'],
  ['Outcome', 'w-[22%]'],
] as const;
const CELL = 'px-1.5 py-1.5 [overflow-wrap:anywhere] shadow-[inset_0_-1px_var(--line)]';

const changeText = ({ path, before, after }: ActionReceipt['changes'][number]): string =>
  `${path}: ${before ?? 'unset'} → ${after ?? 'unset'}`;

function Outcome({ receipt }: { receipt: ActionReceipt }) {
  const { word, text } = OUTCOME[receipt.outcome];
  const { rollout } = receipt;
  return (
    <>
      <b className={text}>{word}</b>
      {rollout && (
        <span className="text-ink-2">
          , {rollout.ready} of {rollout.desired} ready
          {rollout.revision !== undefined && ` on revision ${rollout.revision}`}
        </span>
      )}
      {(receipt.message ?? rollout?.message) !== undefined && (
        <div className="text-12 text-ink-3">
          <ForeignText text={receipt.message ?? rollout?.message ?? ''} />
        </div>
      )}
    </>
  );
}

function ReceiptLine({ receipt }: { receipt: ActionReceipt }) {
  return (
    <tr className="align-top hover:bg-hover">
      <td className={`${CELL} pl-4`}>
        <ClockTime at={receipt.at} format="date" />
      </td>
      <td className={CELL}>
        <ForeignText text={receipt.actor} />
      </td>
      <td className={CELL}>
        <ForeignText text={receipt.title} className="font-medium" />
        <code className="block text-11 text-ink-3">
          <ForeignText text={receipt.kubectl} />
        </code>
      </td>
      <td className={`${CELL} mono text-12`}>
        {receipt.changes.map((change) => (
          <div key={change.path}>
            <ForeignText text={changeText(change)} />
          </div>
        ))}
      </td>
      <td className={CELL}>
        {receipt.reason === '' ? (
          <span className="text-ink-3">no reason given</span>
        ) : (
          <ForeignText text={receipt.reason} />
        )}
      </td>
      <td className={CELL}>
        <Outcome receipt={receipt} />
      </td>
    </tr>
  );
}

function Receipts({ receipts }: { receipts: readonly ActionReceipt[] }) {
  if (receipts.length === 0)
    return <p className="px-4 py-1.5 text-15 font-medium">Nothing was done from here yet.</p>;
  return (
    <table
      aria-label="Actions"
      className="dims w-full min-w-[1000px] table-fixed border-separate border-spacing-0"
    >
      <thead className="sticky top-0">
        <tr>
          {COLUMNS.map(([name, className]) => (
            <th key={name} scope="col" className={`table-head ${className}`}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {receipts
          .toSorted((a, b) => b.at - a.at)
          .map((receipt) => (
            <ReceiptLine key={receipt.intentId} receipt={receipt} />
          ))}
      </tbody>
    </table>
  );
}

/** Who did what, when and why, also what was refused and what failed. */
export function ReceiptsScreen() {
  const { cluster, stale } = useLive();
  const query = useReceipts(cluster);
  useKeys([], 'kubectl get events -A --field-selector reason=ScalingReplicaSet');
  return (
    <div data-stale={stale} className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-(--sub-h) shrink-0 items-center gap-3 border-b border-line px-4">
        <h1 className="text-15 font-semibold">Actions</h1>
        <span className="text-12 text-ink-3">every attempt made here since the server started</span>
      </div>
      <div
        className="min-h-0 flex-1 overflow-auto"
        tabIndex={0}
        role="group"
        aria-label="Actions, scrollable"
      >
        <Loaded query={query} skeleton={<p className="px-4 py-3 text-ink-3">Loading the receipts</p>}>
          {({ receipts }) => <Receipts receipts={receipts} />}
        </Loaded>
      </div>
    </div>
  );
}
