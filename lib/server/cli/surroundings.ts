import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Surroundings } from './choose-source.ts';

const SERVICE_ACCOUNT_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** Looks at the environment and the file system for anything that points to a cluster. */
export function surroundings(env: NodeJS.ProcessEnv): Surroundings {
  const envPaths = (env.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  const home = homeDirectory();
  const homePath = home === undefined ? undefined : join(home, '.kube', 'config');
  return {
    envPaths,
    existingEnvPaths: envPaths.filter((path) => existsSync(path)),
    homePath,
    homeExists: homePath !== undefined && existsSync(homePath),
    inCluster: Boolean(env.KUBERNETES_SERVICE_HOST) && existsSync(SERVICE_ACCOUNT_TOKEN),
  };
}

/** In a container the user may have neither $HOME nor a line in /etc/passwd; Node then throws. */
function homeDirectory(): string | undefined {
  try {
    return homedir() || undefined;
  } catch {
    return undefined;
  }
}
