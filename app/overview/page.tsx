import { UnknownCluster } from '#components/frame/unknown-cluster.tsx';
import { Fallback } from '#components/live/fallback.tsx';
import { OverviewScreen } from '#components/overview/overview-screen.tsx';
import { overviewKey } from '#lib/contract/keys.ts';
import { pageCluster } from '../page-cluster.ts';
import type { SearchParams } from '../page-cluster.ts';

export default async function OverviewPage({ searchParams }: { searchParams: SearchParams }) {
  const cluster = await pageCluster('/overview', searchParams);
  if (!cluster) return <UnknownCluster />;
  return (
    <Fallback data={{ [overviewKey(cluster.name)]: cluster.overview() }}>
      <OverviewScreen />
    </Fallback>
  );
}
