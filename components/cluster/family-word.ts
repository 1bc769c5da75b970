import type { IncidentRow } from '#lib/contract/incident-row.ts';

type Family = IncidentRow['family'];

const WORDS: Record<Family, string> = {
  image: 'Image',
  config: 'Config',
  crash: 'Crash',
  readiness: 'Readiness',
  scheduling: 'Scheduling',
  sandbox: 'Network and volumes',
  admission: 'Admission',
  node: 'Node',
  eviction: 'Eviction',
  rollout: 'Rollout',
  job: 'Job',
};

export const familyWord = (family: Family): string => WORDS[family];
