import { PULL_SECRETS } from './pull-secrets.ts';
import { describeScenarios } from './scenario.contract.ts';

describeScenarios(PULL_SECRETS);
