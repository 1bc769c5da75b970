import { useEffect } from 'react';
import useSWR from 'swr';
import type { SWRConfiguration, SWRResponse } from 'swr';
import type { ActionReceipt, ReceiptsResponse } from '#lib/contract/actions.ts';
import type { ClustersResponse } from '#lib/contract/cluster.ts';
import type { IncidentsResponse } from '#lib/contract/incident-row.ts';
import type { IncidentView } from '#lib/contract/incident-view.ts';
import {
  clustersKey,
  incidentKey,
  incidentsKey,
  overviewKey,
  podsKey,
  type PodsPage,
  receiptKey,
  receiptsKey,
} from '#lib/contract/keys.ts';
import type { Overview } from '#lib/contract/overview.ts';
import type { PodsResponse } from '#lib/contract/pods.ts';
import type { ApiError } from './api-error.ts';

const FROM_STREAM: SWRConfiguration<IncidentsResponse, ApiError> = {
  revalidateOnMount: false,
  revalidateIfStale: false,
};

type Query<T> = SWRResponse<T, ApiError>;

/** A stream that has said nothing for this long may be held back by a proxy (ms). */
const STREAM_GRACE_MS = 3_000;

/**
 * The triage list. The page itself or the event stream write it, and each says all of it: it is asked for only when
 * neither came.
 */
export function useIncidents(cluster: string): Query<IncidentsResponse> {
  const query = useSWR<IncidentsResponse, ApiError>(incidentsKey(cluster), FROM_STREAM);
  const { mutate } = query;
  const isMissing = query.data === undefined;
  useEffect(() => {
    if (!isMissing) return;
    const timer = setTimeout(() => void mutate(), STREAM_GRACE_MS);
    return () => clearTimeout(timer);
  }, [isMissing, mutate]);
  return query;
}

export const useIncident = (cluster: string, id: string | undefined): Query<IncidentView> =>
  useSWR(id === undefined ? null : incidentKey(cluster, id));

/** A page of the pods that match; nothing is asked for without one. */
export const usePods = (
  cluster: string,
  page: PodsPage | undefined,
  options?: Pick<SWRConfiguration, 'keepPreviousData'>,
): Query<PodsResponse> =>
  useSWR<PodsResponse, ApiError>(page === undefined ? null : podsKey(cluster, page), options ?? {});

export const useOverview = (cluster: string): Query<Overview> => useSWR(overviewKey(cluster));

export const useReceipts = (cluster: string): Query<ReceiptsResponse> => useSWR(receiptsKey(cluster));

export const useClusters = (): Query<ClustersResponse> => useSWR(clustersKey);

const FOLLOW_MS = 2_000;

/** True until the write was answered and the rollout reached its end. */
export function isInFlight(receipt: ActionReceipt | undefined): boolean {
  if (!receipt || receipt.outcome === 'running') return true;
  if (receipt.outcome !== 'done' || !receipt.rollout) return false;
  return receipt.rollout.state === 'waiting' || receipt.rollout.state === 'progressing';
}

/** Follows one receipt: told by the stream, and asked again every 2 s while it is in flight. */
export function useReceipt(cluster: string, intentId: string | undefined): Query<ActionReceipt> {
  const options: SWRConfiguration<ActionReceipt, ApiError> = {
    refreshInterval: (latest) => (isInFlight(latest) ? FOLLOW_MS : 0),
    dedupingInterval: 500,
  };
  return useSWR<ActionReceipt, ApiError>(
    intentId === undefined ? null : receiptKey(cluster, intentId),
    options,
  );
}
