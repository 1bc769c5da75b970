import { ReceiptsScreen } from '#components/actions/receipts-screen.tsx';
import { UnknownCluster } from '#components/frame/unknown-cluster.tsx';
import { Fallback } from '#components/live/fallback.tsx';
import { receiptsKey } from '#lib/contract/keys.ts';
import { pageCluster } from '../page-cluster.ts';
import type { SearchParams } from '../page-cluster.ts';

export default async function ActionsPage({ searchParams }: { searchParams: SearchParams }) {
  const cluster = await pageCluster('/actions', searchParams);
  if (!cluster) return <UnknownCluster />;
  return (
    <Fallback data={{ [receiptsKey(cluster.name)]: { receipts: cluster.receipts() } }}>
      <ReceiptsScreen />
    </Fallback>
  );
}
