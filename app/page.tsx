import { UnknownCluster } from '#components/frame/unknown-cluster.tsx';
import { Fallback } from '#components/live/fallback.tsx';
import { TriageScreen } from '#components/triage/triage-screen.tsx';
import { incidentsKey } from '#lib/contract/keys.ts';
import { pageCluster } from './page-cluster.ts';
import type { SearchParams } from './page-cluster.ts';

export default async function TriagePage({ searchParams }: { searchParams: SearchParams }) {
  const cluster = await pageCluster('/', searchParams);
  if (!cluster) return <UnknownCluster />;
  // Before the first sync an empty list would claim that nothing is broken.
  const known = cluster.view().state === 'live' || cluster.incidents().length > 0;
  const data = known
    ? { [incidentsKey(cluster.name)]: { incidents: cluster.incidents(), shared: cluster.shared() } }
    : {};
  return (
    <Fallback data={data}>
      <TriageScreen />
    </Fallback>
  );
}
