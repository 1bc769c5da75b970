import { UnknownCluster } from '#components/frame/unknown-cluster.tsx';
import { Fallback } from '#components/live/fallback.tsx';
import { TriageScreen } from '#components/triage/triage-screen.tsx';
import { incidentsKey } from '#lib/contract/keys.ts';
import { pageCluster } from './page-cluster.ts';
import type { SearchParams } from './page-cluster.ts';

/** Longer lists come by the event stream alone: in the page they would be sent twice, and drawn by the browser anyway. */
const MOST_IN_PAGE = 100;

export default async function TriagePage({ searchParams }: { searchParams: SearchParams }) {
  const cluster = await pageCluster('/', searchParams);
  if (!cluster) return <UnknownCluster />;
  // Before the first sync an empty list would claim that nothing is broken.
  const incidents = cluster.incidents();
  const known = cluster.view().state === 'live' || incidents.length > 0;
  const fits = incidents.length <= MOST_IN_PAGE;
  const data = known && fits ? { [incidentsKey(cluster.name)]: { incidents, shared: cluster.shared() } } : {};
  return (
    <Fallback data={data}>
      <TriageScreen />
    </Fallback>
  );
}
