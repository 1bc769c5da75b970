'use client';
import type { ReactNode } from 'react';
import { FieldDiff } from '#components/cluster/field-diff.tsx';
import { KubectlLine } from '#components/cluster/kubectl-line.tsx';
import { ClockTime } from '#components/live/clock-time.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { QueryError } from '#components/ui/query-error.tsx';
import type { ActionPreview } from '#lib/contract/actions.ts';
import type { ActionSpec } from '#lib/contract/shared.ts';
import type { ActionFlow } from './action-flow.ts';
import { CheckList, checkSummary } from './check-list.tsx';

type Props = {
  flow: ActionFlow;
  reason: string;
  onReason: (reason: string) => void;
  onRetry: (spec: ActionSpec) => void;
};

const REASON_MAX = 500;

function Part({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={title} className="pt-2.5 pb-1.5">
      <div className="flex min-h-6 items-center gap-2 text-12">
        <h3 className="font-semibold text-ink-2">{title}</h3>
        {aside !== undefined && <span className="ml-auto text-ink-3">{aside}</span>}
      </div>
      {children}
    </section>
  );
}

const fieldCount = (count: number): string => `${count} ${count === 1 ? 'field' : 'fields'}`;

function Advice({ advice }: { advice: NonNullable<ActionPreview['advice']> }) {
  return (
    <div className="mt-2">
      <Notice tone="warn">
        <b>To make it stay:</b> <ForeignText text={advice.text} />
        {advice.command !== undefined && (
          <code className="block">
            <ForeignText text={advice.command} />
          </code>
        )}
      </Notice>
    </div>
  );
}

function Afterwards({ afterwards }: { afterwards: NonNullable<ActionPreview['afterwards']> }) {
  return (
    <div className="mt-2">
      <Notice tone="warn">
        <b>Left to do by hand:</b> {afterwards.text}
        {afterwards.commands.map((command) => (
          <KubectlLine key={command} command={command} label="copy the command for afterwards" />
        ))}
      </Notice>
    </div>
  );
}

function Preview({
  preview,
  reason,
  onReason,
}: { preview: ActionPreview } & Pick<Props, 'reason' | 'onReason'>) {
  return (
    <>
      {preview.refusals.length > 0 && (
        <Notice tone="bad" role="alert">
          <b>This must not run now.</b> {preview.refusals.join(' ')}
        </Notice>
      )}
      <Part title="What changes" aside={fieldCount(preview.changes.length)}>
        <FieldDiff fields={preview.changes} label="What changes" />
      </Part>
      <Part
        title="Checked before anything is written"
        aside={
          <>
            {checkSummary(preview.checks)}, at <ClockTime at={preview.checkedAt} />
          </>
        }
      >
        <CheckList checks={preview.checks} />
        {preview.afterwards && <Afterwards afterwards={preview.afterwards} />}
        {preview.advice && <Advice advice={preview.advice} />}
      </Part>
      <label className="block pt-2.5 pb-1.5">
        <span className="flex min-h-6 items-center text-12">
          <span className="font-semibold text-ink-2">Reason</span>
          <span className="ml-auto text-ink-3">kept as change-cause and in the receipt</span>
        </span>
        <input
          aria-label="Reason"
          value={reason}
          maxLength={REASON_MAX}
          onChange={(event) => onReason(event.target.value)}
          className="h-8 w-full rounded-2 border border-control bg-surface px-2.5"
        />
      </label>
      <Part title="Same as">
        <div className="rounded-1 border border-line bg-bg px-2.5 py-0.5">
          <KubectlLine command={preview.kubectl} label="copy the kubectl command of this action" />
        </div>
      </Part>
    </>
  );
}

/** Diff, checks, refusals, advice, reason and the command: all that a decision needs. */
export function PreviewBody({ flow, reason, onReason, onRetry }: Props) {
  const { spec } = flow;
  return (
    <>
      {flow.changed && (
        <Notice tone="note" role="alert">
          <b>It changed while you looked.</b> Nothing was written. This is the new state; confirm again if you
          still want it.
        </Notice>
      )}
      {flow.error && spec && <QueryError error={flow.error} onRetry={() => onRetry({ ...spec })} />}
      {flow.phase === 'checking' && !flow.error && (
        <p role="status" className="py-6 text-ink-3">
          Reading the object afresh and trying it as a dry run
        </p>
      )}
      {flow.preview && <Preview preview={flow.preview} reason={reason} onReason={onReason} />}
    </>
  );
}
