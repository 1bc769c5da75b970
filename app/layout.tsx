import type { Metadata } from 'next';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { Frame } from '#components/frame/frame.tsx';
import { Providers } from '#components/frame/providers.tsx';
import { runtime } from '#lib/server/runtime.ts';
import './globals.css';

/** Pages are made per request: their scripts carry the nonce of that answer's Content-Security-Policy. */
export const dynamic = 'force-dynamic';

export const metadata: Metadata = { title: 'Uncrash', description: 'What is broken in the cluster, and why' };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? undefined;
  const clusters = runtime().clusters();
  const views = runtime()
    .started()
    .map((cluster) => cluster.view());
  return (
    <html lang="en" suppressHydrationWarning>
      <body>
        <Providers nonce={nonce} now={serverNow()} clusters={clusters} views={views}>
          <Frame clusters={clusters}>{children}</Frame>
        </Providers>
      </body>
    </html>
  );
}

/** Rendering happens once per request: the time of the request is data here, not a side effect. */
const serverNow = () => Date.now();
