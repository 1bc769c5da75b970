import { ForeignText } from '#components/ui/foreign-text.tsx';
import { qualifiedName } from '#components/ui/namespace-name.tsx';
import type { RunbookPage } from '#lib/contract/runbooks.ts';
import { OpenIncidents } from './open-incidents.tsx';
import { RunbookDocument } from './runbook-document.tsx';
import { RunbookHead } from './runbook-head.tsx';

type Props = {
  runbook: RunbookPage;
  cluster: string;
  /** The incident the reader comes from. */
  from: string | undefined;
  /** Whose names stand in the commands. */
  filledFor?: { readonly kind: string; readonly namespace: string; readonly name: string };
};

/** One runbook: what it looks like, how to be sure, what cures it, what prevents it. */
export function RunbookScreen({ runbook, cluster, from, filledFor }: Props) {
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
          {filledFor && (
            <p className="mb-3 text-12 text-ink-2">
              Commands are filled in for {filledFor.kind} <ForeignText text={qualifiedName(filledFor)} />;
              words in capitals are yours to fill in.
            </p>
          )}
          <RunbookDocument blocks={runbook.blocks} cluster={cluster} from={from} />
        </article>
      </div>
    </>
  );
}
