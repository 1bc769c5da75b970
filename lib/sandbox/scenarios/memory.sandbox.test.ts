import { OUT_OF_MEMORY } from './memory.ts';
import { describeScenarios } from './scenario.contract.ts';

describeScenarios(OUT_OF_MEMORY);
