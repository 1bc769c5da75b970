import { CONFIGURATION } from './configuration.ts';
import { describeScenarios } from './scenario.contract.ts';

describeScenarios(CONFIGURATION);
