'use client';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useLive } from '#components/live/live-provider.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { pageHref } from '#lib/client/hrefs.ts';
import type { ClustersResponse } from '#lib/contract/cluster.ts';
import { ClusterSwitcher } from './cluster-switcher.tsx';
import { ConnectionPill } from './connection-pill.tsx';
import { PAGES } from './pages.ts';
import { ProductMark } from './product-mark.tsx';
import { ThemeToggle } from './theme-toggle.tsx';

function Mark({ children, title, tone }: { children: string; title: string; tone: 'warn' | 'plain' }) {
  const look = tone === 'warn' ? 'border-warn-mark bg-warn-tint text-warn' : 'border-control text-ink-2';
  return (
    <span title={title} className={`rounded-1 border px-1.5 text-11 font-medium whitespace-nowrap ${look}`}>
      {children}
    </span>
  );
}

/** What must never be forgotten about this cluster. */
function ClusterMarks() {
  const { view } = useLive();
  if (!view) return null;
  return (
    <>
      {view.sandbox && (
        <Mark tone="warn" title="A simulated cluster on this machine; nothing here is real.">
          Sandbox cluster
        </Mark>
      )}
      {view.insecureTls && (
        <Mark tone="warn" title="insecure-skip-tls-verify is on: anybody could be answering.">
          TLS not verified
        </Mark>
      )}
      {view.readOnly && (
        <Mark tone="plain" title="This server does not write to the cluster.">
          Read-only
        </Mark>
      )}
    </>
  );
}

/** Where the incident pages belong in the navigation. */
const isCurrent = (path: string, pathname: string): boolean =>
  path === '/' ? pathname === '/' || pathname.startsWith('/incidents') : pathname.startsWith(path);

export function TopBar({ clusters }: { clusters: ClustersResponse }) {
  const { cluster, view } = useLive();
  const pathname = usePathname();
  return (
    <header className="flex h-(--bar-h) shrink-0 items-center gap-2 border-b border-line bg-bg px-4">
      <Link
        href={pageHref('/', cluster)}
        className="mr-3 flex items-center gap-2 text-15 font-semibold tracking-[-0.01em]"
      >
        <ProductMark />
        Uncrash
      </Link>
      <ClusterSwitcher clusters={clusters.clusters} />
      <ClusterMarks />
      <ConnectionPill />
      <nav aria-label="Pages" className="ml-4 flex h-full gap-0.5">
        {PAGES.map(({ path, name }) => (
          <Link
            key={path}
            href={pageHref(path, cluster)}
            aria-current={isCurrent(path, pathname) ? 'page' : undefined}
            className="flex items-center border-y-2 border-transparent px-2.5 text-ink-2 -outline-offset-2 hover:text-ink aria-[current=page]:border-b-ink aria-[current=page]:font-semibold aria-[current=page]:text-ink"
          >
            {name}
          </Link>
        ))}
      </nav>
      {view && (
        <span
          className="ml-auto max-w-56 truncate text-12 text-ink-2 max-[899px]:hidden"
          title="Who you are, as the cluster knows you"
        >
          <ForeignText text={view.user} className="font-semibold text-ink" />
        </span>
      )}
      <span className={view ? 'max-[899px]:ml-auto' : 'ml-auto'}>
        <ThemeToggle />
      </span>
    </header>
  );
}
