import { ensureBuilt } from './build.mjs';
import { parseClusterFlags, USAGE } from './cluster-flags.mjs';
import { exec, interruptedWith, node24 } from './processes.mjs';
import { browserTests, runParts, vitest } from './suite.mjs';

const CANNOT_RUN = 2;

/**
 * `npm run test:cluster`: the product on a real Kubernetes API server. Ends with "N passed, N failed"; exit code 2 when it
 * cannot run here, which is said in one line.
 */
export async function clusterSuite(args) {
  const asked = parseClusterFlags(args);
  if (asked.kind === 'help') {
    console.log(USAGE);
    return 0;
  }
  if (asked.kind === 'refused') {
    console.error(asked.message);
    return CANNOT_RUN;
  }
  if (asked.kind === 'own') return onOwnCluster(asked);
  const code = await exec(node24(), ['e2e/control-plane/prepare.ts']);
  const interrupted = interruptedWith();
  if (interrupted !== undefined) return interrupted;
  if (code === CANNOT_RUN) return CANNOT_RUN;
  if (code !== 0) return runParts([{ name: 'build of the control plane', run: failed }]);
  await ensureBuilt();
  const parts = [
    { name: 'control plane', run: () => vitest('control plane', ['--config=vitest.cluster.config.ts']) },
    { name: 'browser', run: () => browserTests({ UNCRASH_STAGE: 'control-plane' }, { heldOutput: true }) },
  ];
  return runParts(parts, { sideBySide: true });
}

async function onOwnCluster({ context, kubeconfig }) {
  await ensureBuilt();
  const env = {
    UNCRASH_STAGE: 'own-cluster',
    UNCRASH_OWN_CONTEXT: context,
    UNCRASH_OWN_KUBECONFIG: kubeconfig,
  };
  return runParts([{ name: 'browser', run: () => browserTests(env) }]);
}

const failed = async () => ({ passed: 0, failed: 1 });
