type Params = Readonly<Record<string, string | undefined>>;

/** Address of a page: the cluster is part of every URL. */
export function pageHref(path: string, cluster: string, params: Params = {}): string {
  const search = new URLSearchParams({ cluster });
  for (const [name, value] of Object.entries(params)) if (value !== undefined) search.set(name, value);
  return `${path}?${search.toString()}`;
}

export const incidentHref = (cluster: string, id: string, params?: Params): string =>
  pageHref(`/incidents/${encodeURIComponent(id)}`, cluster, params);

/** `from`: the incident a reader comes from, for the way back. */
export const runbookHref = (cluster: string, id: string, from?: string): string =>
  pageHref(`/runbooks/${encodeURIComponent(id)}`, cluster, { from });
