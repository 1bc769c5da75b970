import { describeScenarios } from './scenario.contract.ts';
import { LIVENESS_PROBES } from './liveness.ts';

describeScenarios(LIVENESS_PROBES);
