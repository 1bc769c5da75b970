import { REGISTRIES } from './registries.ts';
import { describeScenarios } from './scenario.contract.ts';

describeScenarios(REGISTRIES);
