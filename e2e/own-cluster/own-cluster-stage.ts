import { randomBytes } from 'node:crypto';
import { accessTo, type Stage, type StagedCluster } from '../stage.ts';
import { startCleaner } from './cleaner.ts';

/** Marks the namespaces of one run; nothing without it is ever written to. */
export const RUN_LABEL = 'uncrash-test/run';

/**
 * A cluster of the user's own, named and agreed to on the command line. Everything happens in namespaces made for one
 * test and deleted after it, by a process that outlives us if we are killed.
 */
export function ownClusterStage(): Stage {
  const { UNCRASH_OWN_CONTEXT: context = '', UNCRASH_OWN_KUBECONFIG: kubeconfig = '' } = process.env;
  if (context === '' || kubeconfig === '')
    throw new Error('A cluster of your own is named by `npm run test:cluster -- --context <name> --yes`.');
  const startCluster = async (scenarios: string): Promise<StagedCluster> => {
    if (scenarios !== '') throw new Error('Scenarios play on the nodes of the sandbox only.');
    const run = randomBytes(4).toString('hex');
    const cleaner = await startCleaner({ kubeconfig, context, selector: `${RUN_LABEL}=${run}` });
    const elsewhere = () => Promise.reject(new Error('That API server is not ours to stop.'));
    return {
      ...accessTo({
        kubeconfig,
        contextOf: () => context,
        // Credential plugins look for what they need in the user's home.
        ownHome: false,
        nameOf: (name) => `uncrash-test-${run}-${name}`,
        labels: { [RUN_LABEL]: run },
      }),
      down: elsewhere,
      up: elsewhere,
      stop: () => cleaner.clean(),
    };
  };
  return {
    name: 'own-cluster',
    hasRegistry: false,
    startCluster,
    startApp: async (scenarios, flags) => (await startCluster(scenarios)).startApp({ flags }),
    stop: async () => undefined,
  };
}
