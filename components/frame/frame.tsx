import type { ReactNode } from 'react';
import { DrawingDefs } from '#components/timeline/drawing-defs.tsx';
import type { ClustersResponse } from '#lib/contract/cluster.ts';
import { Footer } from './footer.tsx';
import { TopBar } from './top-bar.tsx';

/** Everything around a page: who, where, how fresh; which keys, which command. */
export function Frame({ clusters, children }: { clusters: ClustersResponse; children: ReactNode }) {
  return (
    <div className="flex h-dvh flex-col">
      <DrawingDefs />
      <TopBar clusters={clusters} />
      <main className="flex min-h-0 flex-1 flex-col">{children}</main>
      <Footer />
    </div>
  );
}
