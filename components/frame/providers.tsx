'use client';
import { ThemeProvider } from 'next-themes';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import type { ReactNode } from 'react';
import { SWRConfig } from 'swr';
import { LiveProvider } from '#components/live/live-provider.tsx';
import { NowProvider } from '#components/live/now-provider.tsx';
import { KeymapProvider } from '#components/ui/keymap-provider.tsx';
import { StyleNonce } from './style-nonce.tsx';
import { fetchJson } from '#lib/client/fetch-json.ts';
import type { ClustersResponse, ClusterView } from '#lib/contract/cluster.ts';

type Props = {
  nonce: string | undefined;
  now: number;
  clusters: ClustersResponse;
  views: readonly ClusterView[];
  children: ReactNode;
};

/** The stream says when to ask again; focus and reconnect of the browser say nothing new. */
const SWR = {
  fetcher: fetchJson,
  revalidateOnFocus: false,
  revalidateOnReconnect: false,
  errorRetryInterval: 3_000,
} as const;

export function Providers({ nonce, now, clusters, views, children }: Props) {
  return (
    <ThemeProvider
      attribute="data-theme"
      defaultTheme="system"
      nonce={nonce}
      disableTransitionOnChange={false}
    >
      <StyleNonce nonce={nonce} />
      <NuqsAdapter>
        <SWRConfig value={SWR}>
          <NowProvider initialNow={now}>
            <LiveProvider clusters={clusters} views={views}>
              <KeymapProvider>{children}</KeymapProvider>
            </LiveProvider>
          </NowProvider>
        </SWRConfig>
      </NuqsAdapter>
    </ThemeProvider>
  );
}
