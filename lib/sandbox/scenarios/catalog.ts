import { badImage, badRedisArgs } from './lab30.ts';
import {
  appBug,
  insufficientMemory,
  livenessTooAggressive,
  oom,
  privateRegistry,
  readinessWrongPort,
} from './releases.ts';
import type { Scenario } from './scenario.ts';

/** All scenarios, in the order menus show them. */
export const SCENARIOS: readonly Scenario[] = [
  badImage,
  badRedisArgs,
  privateRegistry,
  appBug,
  oom,
  livenessTooAggressive,
  readinessWrongPort,
  insufficientMemory,
];

/** @throws RangeError naming the ids that exist. */
export function scenarioById(id: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.id === id);
  if (found) return found;
  throw new RangeError(
    `There is no scenario "${id}"; there are: ${SCENARIOS.map((each) => each.id).join(', ')}.`,
  );
}
