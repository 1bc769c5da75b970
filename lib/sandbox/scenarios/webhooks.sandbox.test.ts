import { WEBHOOKS } from './webhooks.ts';
import { describeScenarios } from './scenario.contract.ts';

describeScenarios(WEBHOOKS);
