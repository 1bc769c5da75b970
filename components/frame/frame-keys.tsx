'use client';
import { useRouter } from 'next/navigation';
import { lazy, Suspense, useState } from 'react';
import { useCluster } from '#components/live/live-provider.tsx';
import { useKeys } from '#components/ui/keymap-provider.tsx';
import { pageHref } from '#lib/client/hrefs.ts';
import { PAGES } from './pages.ts';

const KeyHelp = lazy(() => import('./key-help.tsx').then((module) => ({ default: module.KeyHelp })));

/** Keys that work on every page. */
export function FrameKeys({ onCopy }: { onCopy: () => void }) {
  const router = useRouter();
  const cluster = useCluster();
  const [helping, setHelping] = useState(false);
  useKeys([
    ...PAGES.map(({ path, name, key }) => ({
      keys: `g ${key}`,
      label: `go to ${name}`,
      run: () => router.push(pageHref(path, cluster)),
    })),
    {
      keys: 'g p',
      label: 'go to all pods',
      run: () => router.push(pageHref('/', cluster, { view: 'pods' })),
    },
    { keys: 'y', label: 'copy the kubectl command', run: onCopy },
    { keys: '?', label: 'all keys', run: () => setHelping(true) },
  ]);
  return (
    helping && (
      <Suspense>
        <KeyHelp onClose={() => setHelping(false)} />
      </Suspense>
    )
  );
}
