import { VOLUMES } from './volumes.ts';
import { describeScenarios } from './scenario.contract.ts';

describeScenarios(VOLUMES);
