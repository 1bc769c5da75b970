import { describeScenarios } from './scenario.contract.ts';
import { TASKS } from './tasks.ts';

describeScenarios(TASKS);
