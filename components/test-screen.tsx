import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { SWRConfig } from 'swr';
import { LiveContext } from '#components/live/live-provider.tsx';
import type { Live } from '#components/live/live-provider.tsx';
import { NowProvider } from '#components/live/now-provider.tsx';
import { KeymapProvider } from '#components/ui/keymap-provider.tsx';
import { aClusterView } from '#components/fixtures/cluster-view.ts';
import { FIXTURE_NOW } from '#components/fixtures/an-incident-row.ts';
import { fetchJson } from '#lib/client/fetch-json.ts';

const LIVE: Live = { cluster: 'sandbox', view: aClusterView(), state: { kind: 'live' }, stale: false };

/** Draws a component where a page would stand: live data, keys, an empty cache, the fixture's clock. */
export function renderOnScreen(children: ReactNode, live: Partial<Live> = {}) {
  return render(
    <SWRConfig value={{ provider: () => new Map(), fetcher: fetchJson, dedupingInterval: 0 }}>
      <NowProvider initialNow={FIXTURE_NOW}>
        <LiveContext value={{ ...LIVE, ...live }}>
          <KeymapProvider>{children}</KeymapProvider>
        </LiveContext>
      </NowProvider>
    </SWRConfig>,
  );
}
