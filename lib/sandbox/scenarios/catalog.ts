import { COMPANIONS } from './companions.ts';
import { CRASHES } from './crashes.ts';
import { ADMISSION } from './admission.ts';
import { CONFIGURATION } from './configuration.ts';
import { IMAGE_PULLS } from './image-pulls.ts';
import { badImage, badRedisArgs } from './lab30.ts';
import { LIVENESS_PROBES } from './liveness.ts';
import { OUT_OF_MEMORY } from './memory.ts';
import { PULL_SECRETS } from './pull-secrets.ts';
import { READINESS_PROBES } from './readiness.ts';
import { REGISTRIES } from './registries.ts';
import {
  appBug,
  insufficientMemory,
  livenessTooAggressive,
  oom,
  privateRegistry,
  readinessWrongPort,
} from './releases.ts';
import { CLAIM_AND_PRIORITY_SCENARIOS } from './claims-and-priorities.ts';
import { NODE_SCENARIOS } from './node-trouble.ts';
import { PLACEMENT_SCENARIOS } from './placement.ts';
import { ROLLOUT_SCENARIOS } from './rollouts.ts';
import type { Scenario } from './scenario.ts';
import { SETTINGS } from './settings.ts';
import { STARTS } from './starts.ts';
import { TASKS } from './tasks.ts';
import { VOLUMES } from './volumes.ts';
import { WEBHOOKS } from './webhooks.ts';

/** What breaks in a sandbox nobody gave another wish. Their workloads exist in every sandbox, and run well there. */
export const DEFAULT_SCENARIOS: readonly Scenario[] = [
  badImage,
  badRedisArgs,
  privateRegistry,
  appBug,
  oom,
  livenessTooAggressive,
  readinessWrongPort,
  insufficientMemory,
];

/** All scenarios, in the order menus show them. */
export const SCENARIOS: readonly Scenario[] = [
  ...DEFAULT_SCENARIOS,
  ...IMAGE_PULLS,
  ...PULL_SECRETS,
  ...REGISTRIES,
  ...CONFIGURATION,
  ...VOLUMES,
  ...STARTS,
  ...SETTINGS,
  ...OUT_OF_MEMORY,
  ...CRASHES,
  ...LIVENESS_PROBES,
  ...READINESS_PROBES,
  ...TASKS,
  ...COMPANIONS,
  ...ADMISSION,
  ...WEBHOOKS,
  ...PLACEMENT_SCENARIOS,
  ...CLAIM_AND_PRIORITY_SCENARIOS,
  ...NODE_SCENARIOS,
  ...ROLLOUT_SCENARIOS,
];

/** @throws RangeError naming the ids that exist. */
export function scenarioById(id: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.id === id);
  if (found) return found;
  throw new RangeError(
    `There is no scenario "${id}"; there are: ${SCENARIOS.map((each) => each.id).join(', ')}.`,
  );
}
