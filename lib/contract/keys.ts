import type { PodsQuery } from './pods.ts';

export type PodsPage = Pick<PodsQuery, 'q' | 'sort' | 'order' | 'offset'>;

/** SWR keys = API URLs. The only place that builds them. */
const query = (cluster: string) => `?cluster=${encodeURIComponent(cluster)}`;

export const clustersKey = '/api/clusters';
export const incidentsKey = (cluster: string) => `/api/incidents${query(cluster)}`;
export const incidentKey = (cluster: string, id: string) =>
  `/api/incidents/${encodeURIComponent(id)}${query(cluster)}`;
export const podsKey = (cluster: string, { q, sort, order, offset }: PodsPage) =>
  `/api/pods${query(cluster)}&${new URLSearchParams({ q, sort, order, offset: String(offset) }).toString()}`;
export const overviewKey = (cluster: string) => `/api/overview${query(cluster)}`;
export const receiptsKey = (cluster: string) => `/api/actions${query(cluster)}`;
export const receiptKey = (cluster: string, intentId: string) =>
  `/api/actions/${encodeURIComponent(intentId)}${query(cluster)}`;
export const previewUrl = (cluster: string) => `/api/actions/preview${query(cluster)}`;
export const executeUrl = (cluster: string) => `/api/actions${query(cluster)}`;
export const streamUrl = (cluster: string) => `/api/stream${query(cluster)}`;

export function logsUrl(
  cluster: string,
  pod: { namespace: string; name: string },
  options: { container: string; previous?: boolean; follow?: boolean; tail?: number },
): string {
  const search = new URLSearchParams({
    cluster,
    container: options.container,
    previous: String(options.previous ?? false),
    follow: String(options.follow ?? false),
    tail: String(options.tail ?? 500),
  });
  return `/api/pods/${encodeURIComponent(pod.namespace)}/${encodeURIComponent(pod.name)}/logs?${search.toString()}`;
}
