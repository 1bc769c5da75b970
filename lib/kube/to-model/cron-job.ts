import type { CronJob } from '#lib/model/workload.ts';
import type { ToModelContext } from './context.ts';
import { toMeta } from './meta.ts';
import { asText, asWire, epochMs, mapWires, optionalNumber, optionalText, type Wire } from './wire.ts';

/** Defaults: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/cron-job-v1/ */
export function toCronJob(object: Wire, context: ToModelContext): CronJob {
  const spec = asWire(object['spec']);
  const status = asWire(object['status']);
  return {
    kind: 'CronJob',
    meta: toMeta(object, context),
    schedule: asText(spec['schedule']),
    timeZone: optionalText(spec['timeZone']),
    suspended: spec['suspend'] === true,
    concurrencyPolicy: toPolicy(spec['concurrencyPolicy']),
    startingDeadlineSeconds: optionalNumber(spec['startingDeadlineSeconds']),
    lastScheduleAt: epochMs(status['lastScheduleTime']),
    lastSuccessfulAt: epochMs(status['lastSuccessfulTime']),
    active: mapWires(status['active'], ({ name }) => asText(name)),
  };
}

const toPolicy = (value: unknown): CronJob['concurrencyPolicy'] =>
  value === 'Forbid' || value === 'Replace' ? value : 'Allow';
