import type { RunbookFamily, RunbookOrigin } from '#lib/contract/runbooks.ts';

export const FAMILY_WORDS: Record<RunbookFamily, string> = {
  image: 'Image',
  config: 'Config',
  start: 'Start',
  crash: 'Crash',
  probe: 'Probes',
  scheduling: 'Scheduling',
  setup: 'Network and volumes',
  workload: 'Workload',
  node: 'Node',
  dns: 'DNS',
  other: 'Other',
};

/** What must be known about who wrote a page; nothing is said of ours. */
export const ORIGIN_WORDS: Record<RunbookOrigin, string | undefined> = {
  'built-in': undefined,
  team: 'your team',
  'team-override': 'your team, in place of the built-in page',
};
