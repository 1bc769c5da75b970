'use client';
import Link from 'next/link';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { useCluster } from '#components/live/live-provider.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { pageHref } from '#lib/client/hrefs.ts';
import type { ClustersResponse } from '#lib/contract/cluster.ts';

type Props = { clusters: ClustersResponse['clusters']; button: ReactNode; className: string };

/** The open list with its button; loaded when it is first wanted. */
export function ClusterPopup({ clusters, button, className }: Props) {
  const current = useCluster();
  return (
    <DropdownMenu.Root modal={false} defaultOpen>
      <DropdownMenu.Trigger className={className}>{button}</DropdownMenu.Trigger>
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
