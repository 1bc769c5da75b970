import { UnknownCluster } from '#components/frame/unknown-cluster.tsx';
import { RunbooksScreen } from '#components/runbooks/runbooks-screen.tsx';
import { runtime } from '#lib/server/runtime.ts';
import { pageCluster } from '../page-cluster.ts';
import type { SearchParams } from '../page-cluster.ts';

export default async function RunbooksPage({ searchParams }: { searchParams: SearchParams }) {
  const cluster = await pageCluster('/runbooks', searchParams);
  if (!cluster) return <UnknownCluster />;
  return <RunbooksScreen list={await runtime().runbooks.list()} />;
}
