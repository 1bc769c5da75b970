import { notFound } from 'next/navigation';
import { UnknownCluster } from '#components/frame/unknown-cluster.tsx';
import { Fallback } from '#components/live/fallback.tsx';
import { RunbookScreen } from '#components/runbooks/runbook-screen.tsx';
import { incidentsKey } from '#lib/contract/keys.ts';
import { fillNames, runbookNames } from '#lib/server/runbooks/fill-names.ts';
import { runtime } from '#lib/server/runtime.ts';
import { pageCluster } from '../../page-cluster.ts';
import type { SearchParams } from '../../page-cluster.ts';

type Props = { params: Promise<{ id: string }>; searchParams: SearchParams };

export default async function RunbookPage({ params, searchParams }: Props) {
  // An id needs no decoding: what is encoded is not one.
  const { id } = await params;
  const cluster = await pageCluster(`/runbooks/${id}`, searchParams);
  if (!cluster) return <UnknownCluster />;
  const runbook = await runtime().runbooks.read(id);
  if (!runbook) notFound();
  const { from: asked } = await searchParams;
  const from = typeof asked === 'string' && asked !== '' ? asked : undefined;
  const incident = from === undefined ? undefined : await cluster.incident(from);
  const blocks = incident ? fillNames(runbook.blocks, runbookNames(incident)) : runbook.blocks;
  return (
    <Fallback data={{ [incidentsKey(cluster.name)]: { incidents: cluster.incidents() } }}>
      <RunbookScreen
        runbook={{ ...runbook, blocks }}
        cluster={cluster.name}
        from={from}
        filledFor={incident?.row.workload}
      />
    </Fallback>
  );
}
