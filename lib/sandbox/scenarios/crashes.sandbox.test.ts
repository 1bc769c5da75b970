import { CRASHES } from './crashes.ts';
import { describeScenarios } from './scenario.contract.ts';

describeScenarios(CRASHES);
