import { resolve as resolvePath } from 'node:path';
import { realClock } from '#lib/kube/clock.ts';
import { type ClusterConnection, connectCluster } from '#lib/kube/connection.ts';
import { type Kubeconfig, readKubeconfig } from '#lib/kube/kubeconfig.ts';
import { AppError } from './app-error.ts';
import { createClusterRuntime } from './cluster/cluster-runtime.ts';
import { configMapSource } from './runbooks/config-map-source.ts';
import { folderSource } from './runbooks/folder-source.ts';
import { createRunbookShelf, type RunbookShelf } from './runbooks/runbook-shelf.ts';
import { type ClusterRuntime, installRuntime, type Runtime } from './runtime.ts';
import type { StartOptions } from './start-options.ts';

/**
 * Connects to the current cluster and starts watching; the others start when somebody opens them. Resolves at once:
 * the page is served whether or not the API server answers.
 */
export function startRuntime(options: StartOptions): void {
  const runtime = createRuntime(options, readKubeconfig(options.credentials));
  installRuntime(runtime);
  runtime.cluster(undefined);
}

function createRuntime(options: StartOptions, kubeconfig: Kubeconfig): Runtime {
  const { version, readOnly, shutdown } = options;
  const current = kubeconfig.resolve(options.context).context;
  const started = new Map<string, ClusterRuntime>();

  const connectTo = (context: string): ClusterConnection =>
    connectCluster(resolve(kubeconfig, context), { clock: realClock, userAgent: `uncrash/${version}` });
  const start = (context: string): ClusterRuntime => {
    const connection = connectTo(context);
    const cluster = createClusterRuntime({
      connection,
      clock: realClock,
      namespaces: options.namespaces,
      sandbox: options.sandbox,
      readOnly,
      shutdown,
    });
    started.set(context, cluster);
    return cluster;
  };

  return {
    version,
    readOnly,
    shutdown,
    runbooks: openRunbooks(options, () => connectTo(current)),
    started: () => [...started.values()],
    clusters: () => ({
      current,
      clusters: kubeconfig.contexts.map(({ name, cluster }) => ({
        name,
        server: cluster,
        started: started.has(name),
      })),
    }),
    cluster(name = current) {
      const known = started.get(name);
      if (known) return known;
      if (!kubeconfig.contexts.some((context) => context.name === name)) {
        const names = kubeconfig.contexts.map((context) => context.name);
        throw new AppError('not_found', `No context named ${name} in the kubeconfig.`, {
          hint: `It has: ${names.slice(0, 20).join(', ')}.`,
        });
      }
      return start(name);
    },
  };
}

/** The folder is the nearer one: its pages replace those of the ConfigMap. */
function openRunbooks({ runbooks, shutdown }: StartOptions, connect: () => ClusterConnection): RunbookShelf {
  const { folder, configMap } = runbooks;
  return createRunbookShelf([
    ...(configMap ? [configMapSource(configMap, { connection: connect(), clock: realClock, shutdown })] : []),
    ...(folder === undefined ? [] : [folderSource(resolvePath(folder))]),
  ]);
}

/** A context that is there but unusable (its certificate file is missing) is the reader's to mend. */
function resolve(kubeconfig: Kubeconfig, context: string) {
  try {
    return kubeconfig.resolve(context);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : `Context ${context} cannot be used.`;
    throw new AppError('unavailable', message, { cause, hint: 'Correct the kubeconfig and start again.' });
  }
}
