import { IMAGE_PULLS } from './image-pulls.ts';
import { describeScenarios } from './scenario.contract.ts';

describeScenarios(IMAGE_PULLS);
