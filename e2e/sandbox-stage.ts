import { join } from 'node:path';
import { createGuardedFolder } from '#lib/sandbox/guarded-folder.ts';
import { startApp, startSandbox } from './processes.ts';
import { accessTo, type Stage, type StagedCluster } from './stage.ts';

/** Every test gets a sandbox of its own, so tests may break things and run side by side. */
export function sandboxStage(): Stage {
  return {
    name: 'sandbox',
    hasRegistry: true,
    startCluster,
    startApp: (scenarios, flags) => startApp(['--sandbox', '--scenario', scenarios || 'healthy', ...flags]),
    stop: async () => undefined,
  };
}

async function startCluster(scenarios: string): Promise<StagedCluster> {
  const folder = await createGuardedFolder('uncrash-staged-');
  const kubeconfig = join(folder.path, 'kubeconfig');
  const state = join(folder.path, 'state.json');
  const flags = ['--scenario', scenarios || 'healthy', '--state', state, '--kubeconfig', kubeconfig];
  let sandbox = await startSandbox(flags);
  const { port } = new URL(sandbox.server);
  return {
    ...accessTo({
      kubeconfig,
      contextOf: (user) => (user === 'admin' ? 'sandbox' : `sandbox-${user}`),
    }),
    down: () => sandbox.stop(),
    up: async () => {
      sandbox = await startSandbox([...flags, '--port', port]);
    },
    stop: async () => {
      await sandbox.stop();
      await folder.remove();
    },
  };
}
