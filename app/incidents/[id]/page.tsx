import { UnknownCluster } from '#components/frame/unknown-cluster.tsx';
import { IncidentScreen } from '#components/incident/incident-screen.tsx';
import { Fallback } from '#components/live/fallback.tsx';
import { incidentKey } from '#lib/contract/keys.ts';
import { pageCluster } from '../../page-cluster.ts';
import type { SearchParams } from '../../page-cluster.ts';

type Props = { params: Promise<{ id: string }>; searchParams: SearchParams };

export default async function IncidentPage({ params, searchParams }: Props) {
  const id = decodeURIComponent((await params).id);
  const cluster = await pageCluster(`/incidents/${encodeURIComponent(id)}`, searchParams);
  if (!cluster) return <UnknownCluster />;
  const view = await cluster.incident(id);
  return (
    <Fallback data={view ? { [incidentKey(cluster.name, id)]: view } : {}}>
      <IncidentScreen id={id} />
    </Fallback>
  );
}
