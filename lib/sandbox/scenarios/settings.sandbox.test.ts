import { describeScenarios } from './scenario.contract.ts';
import { SETTINGS } from './settings.ts';

describeScenarios(SETTINGS);
