'use client';
import { lazy } from 'react';
import { useCluster } from '#components/live/live-provider.tsx';
import { Chevron } from '#components/ui/chevron.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { LazyPopup } from '#components/ui/lazy-popup.tsx';
import type { ClustersResponse } from '#lib/contract/cluster.ts';

const load = () => import('./cluster-popup.tsx');
const ClusterPopup = lazy(() => load().then((module) => ({ default: module.ClusterPopup })));

const BUTTON =
  'flex h-7 max-w-72 items-center gap-1.5 rounded-2 border border-line-strong bg-surface px-2 font-medium hover:bg-hover';

/** The context is part of every URL: choosing one is a link. */
export function ClusterSwitcher({ clusters }: { clusters: ClustersResponse['clusters'] }) {
  const current = useCluster();
  const button = (
    <>
      <span className="font-normal text-ink-3">Cluster</span>
      <ForeignText text={current} className="truncate" />
      <Chevron />
    </>
  );
  return (
    <LazyPopup
      kind="menu"
      className={BUTTON}
      preload={load}
      popup={<ClusterPopup clusters={clusters} button={button} className={BUTTON} />}
    >
      {button}
    </LazyPopup>
  );
}
