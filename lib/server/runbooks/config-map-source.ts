import { z } from 'zod';
import type { RunbookGap } from '#lib/contract/runbooks.ts';
import { ApiStatusError } from '#lib/kube/api-error.ts';
import type { Clock } from '#lib/kube/clock.ts';
import type { ClusterConnection } from '#lib/kube/connection.ts';
import { apiPath } from '#lib/kube/path.ts';
import { expectOk } from '#lib/kube/response.ts';
import { redact } from '#lib/server/redact.ts';
import { runbookIdOf } from './runbook-id.ts';
import {
  BAD_NAME,
  EMPTY,
  MAX_RUNBOOK_BYTES,
  MAX_RUNBOOKS,
  type RunbookSource,
  type RunbookTexts,
  TOO_LARGE,
} from './runbook-source.ts';

export type ConfigMapRef = { readonly namespace: string; readonly name: string };

/** An edit shows after this time, and the API server is asked no more often. */
const KEPT_MS = 10_000;
const TIMEOUT_MS = 3_000;

const ConfigMap = z.object({
  data: z.record(z.string(), z.string()).nullish(),
  binaryData: z.record(z.string(), z.string()).nullish(),
});

type Options = {
  readonly connection: Pick<ClusterConnection, 'request'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly shutdown: AbortSignal;
};

/** The keys `<id>.md` of one ConfigMap, read with the product's own rights. */
export function configMapSource(ref: ConfigMapRef, options: Options): RunbookSource {
  let kept: { readonly at: number; readonly texts: Promise<RunbookTexts> } | undefined;
  return () => {
    const at = options.clock.now();
    if (!kept || at - kept.at >= KEPT_MS)
      kept = { at, texts: load(ref, { ...options, before: kept?.texts }) };
    return kept.texts;
  };
}

type Load = Options & { readonly before: Promise<RunbookTexts> | undefined };

async function load(ref: ConfigMapRef, { connection, shutdown, before }: Load): Promise<RunbookTexts> {
  const where = `ConfigMap ${ref.namespace}/${ref.name}`;
  try {
    const signal = AbortSignal.any([shutdown, AbortSignal.timeout(TIMEOUT_MS)]);
    const path = apiPath`/api/v1/namespaces/${ref.namespace}/configmaps/${ref.name}`;
    const answer = await expectOk(await connection.request(path, { signal }));
    return textsOf(ConfigMap.parse(await answer.json()), where);
  } catch (error) {
    const texts = error instanceof ApiStatusError ? undefined : (await before)?.texts;
    const still = texts && texts.size > 0 ? '; its pages are shown as they were read before' : '';
    return { texts: texts ?? new Map(), gaps: [{ where, reason: `${reasonOf(error, ref)}${still}` }] };
  }
}

function textsOf({ data, binaryData }: z.infer<typeof ConfigMap>, where: string): RunbookTexts {
  const texts = new Map<string, string>();
  const gaps: RunbookGap[] = [];
  const keys = Object.keys(data ?? {}).filter((key) => key.endsWith('.md'));
  for (const key of keys.toSorted().slice(0, MAX_RUNBOOKS)) {
    const id = runbookIdOf(key);
    const text = data?.[key] ?? '';
    const reason = id === undefined ? BAD_NAME : objection(text);
    if (id === undefined || reason !== undefined)
      gaps.push({ where: `${where}, ${key}`, reason: reason ?? '' });
    else texts.set(id, text);
  }
  for (const key of Object.keys(binaryData ?? {}).filter((name) => name.endsWith('.md'))) {
    gaps.push({ where: `${where}, ${key}`, reason: 'not UTF-8 text' });
  }
  return { texts, gaps };
}

function objection(text: string): string | undefined {
  if (Buffer.byteLength(text) > MAX_RUNBOOK_BYTES) return TOO_LARGE;
  return text.trim() === '' ? EMPTY : undefined;
}

function reasonOf(error: unknown, { namespace, name }: ConfigMapRef): string {
  if (error instanceof ApiStatusError && error.code === 403)
    return `not permitted: needs get configmaps ${name} in ${namespace}`;
  if (error instanceof ApiStatusError && error.code === 404) return 'there is no such ConfigMap';
  if (error instanceof z.ZodError) return 'the answer is not a ConfigMap';
  if (error instanceof Error && error.name === 'TimeoutError') return 'the API server did not answer in 3 s';
  return redact(error instanceof Error ? error.message : String(error));
}
