import { ADMISSION } from './admission.ts';
import { describeScenarios } from './scenario.contract.ts';

describeScenarios(ADMISSION);
