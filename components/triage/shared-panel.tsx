'use client';
import Link from 'next/link';
import { CertaintyBars } from '#components/cluster/certainty-bars.tsx';
import { EvidenceList } from '#components/cluster/evidence-list.tsx';
import { KubectlLine } from '#components/cluster/kubectl-line.tsx';
import { SeverityMark, standingOf } from '#components/cluster/severity-mark.tsx';
import { ClockTime } from '#components/live/clock-time.tsx';
import { useCluster } from '#components/live/live-provider.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { NamespaceName } from '#components/ui/namespace-name.tsx';
import { Section } from '#components/ui/section.tsx';
import { incidentHref, runbookHref } from '#lib/client/hrefs.ts';
import type { SharedCauseRow } from '#lib/contract/shared-cause.ts';
import type { TriageLine } from './fold-rows.ts';
import { ClosePanel } from './close-panel.tsx';
import { PanelFrame } from './panel-frame.tsx';

type Line = Extract<TriageLine, { kind: 'shared' }>;

function Head({ cause }: { cause: SharedCauseRow }) {
  return (
    <div className="flex items-center gap-2.5 px-4 pt-3 text-12">
      <SeverityMark standing={standingOf(cause)} />
      <span className="text-ink-3">
        {cause.recoveredAt === undefined ? 'since ' : 'recovered '}
        <ClockTime at={cause.recoveredAt ?? cause.sinceAt} />
      </span>
      <span className="ml-auto text-ink-3">Shared cause</span>
      <ClosePanel />
    </div>
  );
}

/** How far it reaches. What is named is what the list holds; pods are those that fail. */
function Reach({ line }: { line: Line }) {
  const { cause, rows } = line;
  const cluster = useCluster();
  const facts = [
    { name: 'Failing', value: `${cause.failing} of ${cause.members.length} incidents, ${cause.pods} pods` },
    { name: 'Namespaces', value: cause.namespaces.join(', ') },
    { name: 'Nodes', value: cause.nodes.join(', ') || 'none' },
  ];
  return (
    <Section title="Reach" note={`${cause.workloads} workloads`}>
      <dl className="mt-0.5 grid grid-cols-[84px_1fr] gap-x-2 gap-y-0.5">
        {facts.map(({ name, value }) => (
          <div key={name} className="contents">
            <dt className="text-12 text-ink-3">{name}</dt>
            <dd className="min-w-0 [overflow-wrap:anywhere]">
              <ForeignText text={value} />
            </dd>
          </div>
        ))}
      </dl>
      <ul aria-label="Workloads" className="mt-1.5">
        {rows.map((row) => (
          <li key={row.id} className="flex h-6 items-center gap-2">
            <Link
              href={incidentHref(cluster, row.id)}
              prefetch={false}
              className="min-w-0 truncate leading-6 hover:underline"
            >
              <NamespaceName namespace={row.workload.namespace} name={row.workload.name} />
            </Link>
            <span className="tnum ml-auto shrink-0 text-12 text-ink-3">
              {row.state === 'recovered' ? 'recovered' : `${row.ready}/${row.desired} ready`}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Cures({ cause, from }: { cause: SharedCauseRow; from: string }) {
  const cluster = useCluster();
  return (
    <Section
      title="What to do once for all"
      aside={
        <Link
          href={runbookHref(cluster, cause.causeId, from)}
          prefetch={false}
          className="text-link hover:underline"
        >
          Runbook<span className="sr-only"> {cause.causeId}</span>
        </Link>
      }
    >
      {cause.remedies.length === 0 && (
        <p className="text-ink-3">Nothing that would cure all of them at once is known; see each of them.</p>
      )}
      <ol className="mt-0.5">
        {cause.remedies.map((remedy) => (
          <li key={remedy.title} className="py-1">
            <b className="block font-medium">
              <ForeignText text={remedy.title} />
            </b>
            {remedy.detail !== undefined && <p className="text-ink-2">{remedy.detail}</p>}
            {remedy.commands.map((command) => (
              <KubectlLine key={command} command={command} label="copy the command" />
            ))}
          </li>
        ))}
      </ol>
    </Section>
  );
}

/** What several workloads have in common: how far it reaches, what speaks for and against it, and the one cure. */
export function SharedPanel({ line, chosen }: { line: Line; chosen: boolean }) {
  const { cause } = line;
  return (
    <PanelFrame label={`Shared cause: ${cause.cause}`} chosen={chosen}>
      <Head cause={cause} />
      <div className="min-h-0 flex-1 overflow-y-auto" tabIndex={0} role="group" aria-label="Shared cause">
        <div className="border-b border-line px-4 pt-2 pb-2.5">
          <h2 className="text-18 font-semibold tracking-[-0.01em] [overflow-wrap:anywhere]">
            <ForeignText text={cause.sentence} />
          </h2>
          <div className="mt-2">
            <CertaintyBars certainty={cause.certainty} />
          </div>
        </div>
        <Section title="What speaks for it">
          <EvidenceList evidence={cause.supports} />
        </Section>
        {cause.doubts.length > 0 && (
          <Section title="What is open">
            <ul className="mt-0.5">
              {cause.doubts.map((doubt) => (
                <li key={doubt} className="min-h-[22px] text-ink-2">
                  <ForeignText text={doubt} />
                </li>
              ))}
            </ul>
          </Section>
        )}
        <Cures cause={cause} from={line.rows[0].id} />
        <Reach line={line} />
      </div>
    </PanelFrame>
  );
}
