'use client';
import Link from 'next/link';
import { DropdownMenu } from 'radix-ui';
import { useCluster } from '#components/live/live-provider.tsx';
import { Chevron } from '#components/ui/chevron.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { pageHref } from '#lib/client/hrefs.ts';
import type { ClustersResponse } from '#lib/contract/cluster.ts';

/** The context is part of every URL: choosing one is a link. */
export function ClusterSwitcher({ clusters }: { clusters: ClustersResponse['clusters'] }) {
  const current = useCluster();
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="flex h-7 max-w-72 items-center gap-1.5 rounded-2 border border-line-strong bg-surface px-2 font-medium hover:bg-hover">
        <span className="font-normal text-ink-3">Cluster</span>
        <ForeignText text={current} className="truncate" />
        <Chevron />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="start"
          sideOffset={4}
          className="z-50 max-h-96 min-w-56 overflow-auto rounded-2 border border-line-strong bg-surface py-1 shadow-(--shadow-dialog)"
        >
          {clusters.map(({ name, server }) => (
            <DropdownMenu.Item key={name} asChild>
              <Link
                href={pageHref('/', name)}
                aria-current={name === current ? 'true' : undefined}
                className="flex items-baseline gap-3 px-3 py-1 outline-none aria-[current=true]:font-semibold data-highlighted:bg-hover"
              >
                <ForeignText text={name} />
                <span className="mono ml-auto text-11 font-normal text-ink-3">{server}</span>
              </Link>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
