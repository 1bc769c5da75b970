import { sandboxStage } from './sandbox-stage.ts';
import type { Stage, StageName } from './stage.ts';

/** Others than the sandbox are loaded only when asked for: they bring a whole cluster with them. */
const STAGES: Readonly<Record<StageName, () => Stage | Promise<Stage>>> = {
  sandbox: sandboxStage,
  'control-plane': async () => (await import('./control-plane/control-plane-stage.ts')).controlPlaneStage(),
  'own-cluster': async () => (await import('./own-cluster/own-cluster-stage.ts')).ownClusterStage(),
};

export const openStage = (name: StageName): Stage | Promise<Stage> => STAGES[name]();
