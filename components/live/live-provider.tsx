'use client';
import { useSearchParams } from 'next/navigation';
import { createContext, useContext, useEffect, useMemo, useReducer, useRef } from 'react';
import type { ReactNode } from 'react';
import { useSWRConfig } from 'swr';
import { openEventStream } from '#lib/client/event-stream.ts';
import { isStale, liveState } from '#lib/client/live-state.ts';
import type { LiveState } from '#lib/client/live-state.ts';
import { INITIAL_STREAM_STATE, reduceStream } from '#lib/client/stream-state.ts';
import type { StreamSignal, StreamState } from '#lib/client/stream-state.ts';
import type { ClustersResponse, ClusterView } from '#lib/contract/cluster.ts';
import { streamUrl } from '#lib/contract/keys.ts';
import { swrEffects } from './swr-effects.ts';
import { useNowStore } from './now-provider.tsx';

export type Live = {
  readonly cluster: string;
  readonly view: ClusterView | undefined;
  readonly state: LiveState;
  readonly stale: boolean;
};

export const LiveContext = createContext<Live | undefined>(undefined);

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error('useLive needs a LiveProvider above it.');
  return live;
}

export const useCluster = (): string => useLive().cluster;

type Action = StreamSignal | { readonly type: 'switch' };
const step = (state: StreamState, action: Action): StreamState =>
  action.type === 'switch' ? INITIAL_STREAM_STATE : reduceStream(state, action);

/** Listens to the stream of the cluster in the URL and writes what it says into the SWR cache. */
export function LiveProvider(props: {
  clusters: ClustersResponse;
  /** Views of the clusters already started, so that the frame is complete in the first HTML. */
  views: readonly ClusterView[];
  children: ReactNode;
}) {
  const cluster = useSearchParams().get('cluster') ?? props.clusters.current;
  const [stream, dispatch] = useReducer(step, INITIAL_STREAM_STATE);
  const { mutate } = useSWRConfig();
  const nowStore = useNowStore();
  const latest = useRef(INITIAL_STREAM_STATE);

  useEffect(() => {
    latest.current = INITIAL_STREAM_STATE;
    const close = openEventStream(streamUrl(cluster), (signal) => {
      const before = latest.current;
      latest.current = reduceStream(before, signal);
      for (const effect of swrEffects(cluster, before, signal, latest.current)) {
        if (effect.type === 'write') void mutate(effect.key, effect.data, { revalidate: false });
        else void mutate((key) => typeof key === 'string' && effect.matches(key));
      }
      if (latest.current.offsetMs !== undefined) nowStore.correct(latest.current.offsetMs);
      dispatch(signal);
    });
    return () => {
      close();
      dispatch({ type: 'switch' });
    };
  }, [cluster, mutate, nowStore]);

  const view = stream.cluster ?? props.views.find(({ name }) => name === cluster);
  // While the stream is open, when it was last heard and how far the clocks are apart changes with every message and
  // tells nobody anything.
  const { phase, retryAt, reason } = stream.link;
  const heardAt = phase === 'lost' ? stream.link.heardAt : undefined;
  const offsetMs = phase === 'lost' ? (stream.offsetMs ?? 0) : 0;
  const live = useMemo<Live>(() => {
    const state = liveState({ phase, heardAt, retryAt, reason }, view, offsetMs);
    return { cluster, view, state, stale: isStale(state) };
  }, [cluster, view, phase, heardAt, retryAt, reason, offsetMs]);
  return <LiveContext value={live}>{props.children}</LiveContext>;
}
