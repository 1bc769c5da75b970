import type { RunbookPage } from '#lib/contract/runbooks.ts';
import { OpenIncidents } from './open-incidents.tsx';
import { RunbookDocument } from './runbook-document.tsx';
import { RunbookHead } from './runbook-head.tsx';

type Props = { runbook: RunbookPage; cluster: string; from: string | undefined };

/** One runbook: what it looks like, how to be sure, what cures it, what prevents it. */
export function RunbookScreen({ runbook, cluster, from }: Props) {
  return (
    <>
      <RunbookHead runbook={runbook} from={from} />
      <div
        role="group"
        tabIndex={0}
        aria-label="Runbook"
        className="min-h-0 flex-1 overflow-y-auto px-4 py-4 -outline-offset-2"
      >
        <article className="max-w-[860px]">
          <OpenIncidents causeId={runbook.id} />
          <RunbookDocument blocks={runbook.blocks} cluster={cluster} from={from} />
        </article>
      </div>
    </>
  );
}
