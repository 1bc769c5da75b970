import type { IncidentRow } from '#lib/contract/incident-row.ts';

/** Short names kubectl accepts for the kinds we group by. */
const RESOURCE: Readonly<Record<string, string>> = {
  Deployment: 'deploy',
  StatefulSet: 'sts',
  DaemonSet: 'ds',
  ReplicaSet: 'rs',
  Job: 'job',
  CronJob: 'cronjob',
  Pod: 'pod',
};

export const resourceOf = (kind: string): string => RESOURCE[kind] ?? kind.toLowerCase();

export const kubectlGet = ({ kind, name, namespace }: IncidentRow['workload']): string =>
  `kubectl get ${resourceOf(kind)} ${name}${namespace === '' ? '' : ` -n ${namespace}`} -o wide`;
