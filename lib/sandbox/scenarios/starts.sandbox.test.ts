import { describeScenarios } from './scenario.contract.ts';
import { STARTS } from './starts.ts';

describeScenarios(STARTS);
