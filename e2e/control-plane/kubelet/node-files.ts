import { join } from 'node:path';

/** What one node keeps in its folder, and where its two sides meet. */
export function nodeFiles(folder: string) {
  const file = (name: string): string => join(folder, name);
  return {
    /** Written before the node starts, read by node-main.ts. */
    setting: file('setting.json'),
    config: file('config.yaml'),
    root: file('root'),
    podLogs: file('pods'),
    volumePlugins: file('plugins'),
    images: file('images'),
    /** Sockets: the runtime; outside's API server; inside's kubelet. */
    runtime: file('cri.sock'),
    apiServer: file('api.sock'),
    kubelet: file('kubelet.sock'),
    log: file('kubelet.log'),
  };
}

export type NodeFiles = ReturnType<typeof nodeFiles>;

/** How one node is made: all that the process inside the namespaces is told. */
export type NodeSetting = {
  readonly name: string;
  readonly seed: string;
  readonly kubelet: string;
  readonly kubeconfig: string;
  readonly criProto: string;
  /** First three parts of its pods' addresses. */
  readonly network: string;
  /** Both on 127.0.0.1, the same numbers inside and outside. */
  readonly ports: { readonly apiServer: number; readonly kubelet: number };
};
