'use client';
import { lazy } from 'react';
import { ClockTime } from '#components/live/clock-time.tsx';
import { useLive } from '#components/live/live-provider.tsx';
import { useNow } from '#components/live/now-provider.tsx';
import { LazyPopup } from '#components/ui/lazy-popup.tsx';
import { countdown, shortAge } from '#lib/client/durations.ts';
import type { LiveState } from '#lib/client/live-state.ts';

const load = () => import('./connection-popup.tsx');
const ConnectionPopup = lazy(() => load().then((module) => ({ default: module.ConnectionPopup })));

const BUTTON =
  'ml-1 flex h-7 items-center gap-1.5 rounded-2 px-2 text-12 whitespace-nowrap text-ink-2 hover:bg-hover';

function Ring({ state }: { state: LiveState['kind'] }) {
  const filled = state === 'live';
  const look = filled ? 'stroke-ok-mark' : state === 'unreachable' ? 'stroke-crit-mark' : 'stroke-unk-mark';
  return (
    <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" className="shrink-0">
      <circle
        cx="6"
        cy="6"
        r="5"
        className={`fill-none [stroke-width:1.5] ${look}`}
        strokeDasharray={state === 'connecting' || state === 'syncing' ? '2.5 2' : undefined}
      />
      {filled && <circle cx="6" cy="6" r="2.4" className="fill-ok-mark" />}
      {state === 'unreachable' && (
        <path d="M3.5 3.5l5 5M8.5 3.5l-5 5" className="stroke-crit-mark [stroke-width:1.4]" />
      )}
    </svg>
  );
}

function Retry({ at }: { at: number | undefined }) {
  const now = useNow();
  if (at === undefined) return null;
  return <>, {at <= now ? 'retrying now' : `retry in ${countdown(at - now)}`}</>;
}

const FRESH_MS = 10_000;

/** A quiet cluster confirms itself about once a minute; only a fresh confirmation is worth a number. */
const confirmed = (at: number | undefined, now: number): string =>
  at === undefined || now - at >= FRESH_MS ? '' : `, ${shortAge(now - at)} ago`;

function Words({ state }: { state: LiveState }) {
  const now = useNow();
  switch (state.kind) {
    case 'connecting':
      return <>Connecting</>;
    case 'syncing':
      return <>Loading the cluster</>;
    case 'live':
      return <>Live{confirmed(state.confirmedAt, now)}</>;
    case 'stale':
      return (
        <>
          Stale
          {state.sinceAt !== undefined && (
            <>
              {' since '}
              <ClockTime at={state.sinceAt} />
            </>
          )}
          <Retry at={state.retryAt} />
        </>
      );
    case 'blind':
      return <>Pods are not permitted</>;
    case 'unreachable':
      return (
        <>
          Cluster unreachable
          <Retry at={state.retryAt} />
        </>
      );
  }
}

/** May I trust what I see? Opens the state of every kind. */
export function ConnectionPill() {
  const { state, view } = useLive();
  const blind = view?.kinds.filter((kind) => kind.state === 'forbidden').length ?? 0;
  const missing = view?.missingNamespaces?.length ?? 0;
  const limited = new Set(view?.kinds.flatMap(({ forbiddenIn = [] }) => forbiddenIn)).size;
  const button = (
    <>
      <Ring state={state.kind} />
      <span className="tnum min-w-[92px] text-left">
        <span className="sr-only">Connection: </span>
        <Words state={state} />
        {blind > 0 && `, ${blind} ${blind === 1 ? 'kind' : 'kinds'} not permitted`}
        {missing > 0 && `, ${missing} ${missing === 1 ? 'namespace does' : 'namespaces do'} not exist`}
        {limited > 0 && `, ${limited} ${limited === 1 ? 'namespace' : 'namespaces'} limited`}
      </span>
    </>
  );
  return (
    <LazyPopup
      kind="dialog"
      className={BUTTON}
      preload={load}
      popup={<ConnectionPopup button={button} className={BUTTON} />}
    >
      {button}
    </LazyPopup>
  );
}
