import type { LimitRange, Quota } from '#lib/model/limits.ts';
import { apiPath } from './path.ts';
import { readAll, type Reader, type Reference } from './read-reference.ts';
import { toLimitRange, toQuota } from './to-model/limits.ts';

export const readQuotas = (
  connection: Reader,
  namespace: string,
  signal?: AbortSignal,
): Promise<Reference<readonly Quota[]>> =>
  readAll(
    connection,
    {
      path: apiPath`/api/v1/namespaces/${namespace}/resourcequotas`,
      permission: `list resourcequotas in ${namespace}`,
      toModel: toQuota,
    },
    signal,
  );

export const readLimitRanges = (
  connection: Reader,
  namespace: string,
  signal?: AbortSignal,
): Promise<Reference<readonly LimitRange[]>> =>
  readAll(
    connection,
    {
      path: apiPath`/api/v1/namespaces/${namespace}/limitranges`,
      permission: `list limitranges in ${namespace}`,
      toModel: toLimitRange,
    },
    signal,
  );
