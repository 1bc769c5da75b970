import type { ReactNode } from 'react';
import type { SWRResponse } from 'swr';
import type { ApiError } from '#lib/client/api-error.ts';
import { QueryError } from './query-error.tsx';

type Props<T> = {
  query: SWRResponse<T, ApiError>;
  skeleton: ReactNode;
  children: (data: T) => ReactNode;
};

/** The one door to a view: loading, error, error over stale data, ready. */
export function Loaded<T>({ query, skeleton, children }: Props<T>) {
  const retry = () => void query.mutate();
  if (query.data === undefined) {
    return query.error ? <QueryError error={query.error} onRetry={retry} /> : skeleton;
  }
  return (
    <>
      {query.error && <QueryError error={query.error} onRetry={retry} />}
      {children(query.data)}
    </>
  );
}
