import { describeScenarios } from './scenario.contract.ts';
import { READINESS_PROBES } from './readiness.ts';

describeScenarios(READINESS_PROBES);
