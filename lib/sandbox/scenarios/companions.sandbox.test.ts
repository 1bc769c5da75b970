import { describeScenarios } from './scenario.contract.ts';
import { COMPANIONS } from './companions.ts';

describeScenarios(COMPANIONS);
