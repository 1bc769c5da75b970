import { realClock } from '#lib/kube/clock.ts';
import { connectCluster, type ClusterConnection } from '#lib/kube/connection.ts';
import { readKubeconfig } from '#lib/kube/kubeconfig.ts';
import { apiPath } from '#lib/kube/path.ts';
import type { AccountName } from '#lib/sandbox/apiserver/https/accounts.ts';
import { createObject } from './create-object.ts';
import { type App, startApp } from './processes.ts';

export const STAGE_NAMES = ['sandbox', 'control-plane', 'own-cluster'] as const;
export type StageName = (typeof STAGE_NAMES)[number];

/** A cluster in which the scenarios asked for play. */
export type StagedCluster = {
  /** The administrator's context. */
  readonly context: string;
  /** The product on it, as one of its users. */
  startApp(options?: { readonly user?: AccountName; readonly flags?: readonly string[] }): Promise<App>;
  /** A new namespace for the test: of that name, or of a unique one where the cluster belongs to somebody. */
  createNamespace(name: string): Promise<string>;
  /** As administrator. */
  connect(): ClusterConnection;
  /** The API server goes away... */
  down(): Promise<void>;
  /** ...and comes back at the same address, knowing what it knew. */
  up(): Promise<void>;
  /** Gives the cluster back: nothing of this test is left in it. */
  stop(): Promise<void>;
};

/** Where the browser tests play. A test that needs more than this is not about the product but about one stage. */
export type Stage = {
  readonly name: StageName;
  /** Whether images are a table of ours; elsewhere a pull depends on the network of the nodes. */
  readonly hasRegistry: boolean;
  startCluster(scenarios: string): Promise<StagedCluster>;
  /** The product with its cluster, as somebody starts it who wants to see just that. */
  startApp(scenarios: string, flags: readonly string[]): Promise<App>;
  stop(): Promise<void>;
};

type Access = {
  readonly kubeconfig: string;
  /** The kubeconfig's context of a user. */
  readonly contextOf: (user: AccountName) => string;
  /** For every product that is started on it. */
  readonly flags?: readonly string[];
  /** Whether the product looks for credentials in a home of its own. */
  readonly ownHome?: boolean;
  /** What a namespace that is asked for is called, and how it is marked. */
  readonly nameOf?: (name: string) => string;
  readonly labels?: Readonly<Record<string, string>>;
};

/** The part of a cluster that follows from its kubeconfig. */
export function accessTo({
  kubeconfig,
  contextOf,
  flags: always = [],
  ownHome = true,
  nameOf = (name) => name,
  labels = {},
}: Access): Pick<StagedCluster, 'context' | 'startApp' | 'connect' | 'createNamespace'> {
  const context = contextOf('admin');
  const connect = () =>
    connectCluster(readKubeconfig({ source: 'flag', files: [kubeconfig] }).resolve(context), {
      clock: realClock,
    });
  return {
    context,
    startApp: ({ user = 'admin', flags = [] } = {}) =>
      startApp(['--kubeconfig', kubeconfig, '--context', contextOf(user), ...always, ...flags], { ownHome }),
    connect,
    createNamespace: async (name) => {
      const connection = connect();
      try {
        const metadata = { name: nameOf(name), labels };
        await createObject(connection, apiPath`/api/v1/namespaces`, {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata,
        });
        return metadata.name;
      } finally {
        await connection.close();
      }
    },
  };
}
