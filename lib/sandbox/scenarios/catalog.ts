import { badImage, badRedisArgs } from './lab30.ts';
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
