import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';

export type Watcher = {
  readonly name: 'kubectl' | 'watch';
  /** Restart counts and when they were read (monotonic us of the machine). */
  readonly seen: [number, number][];
  end(): Promise<void>;
};

const COLUMNS =
  '{.object.metadata.name} "restartCount":{.object.status.containerStatuses[0].restartCount},{"\\n"}';

export type Watched = {
  readonly kubeconfig: string;
  /** Whom to ask where there is no kubectl. */
  readonly apiServer: string;
  /** The program; otherwise the one on the path. */
  readonly kubectl?: string;
};

/** `kubectl get pods -w` as a person would run it; where there is none, whoever reads the bare watch. */
export async function openWatch({ kubeconfig, apiServer, kubectl = 'kubectl' }: Watched): Promise<Watcher> {
  const seen: [number, number][] = [];
  if (spawnSync(kubectl, ['version', '--client']).error) {
    const [response] = (await once(get(`${apiServer}/api/v1/pods?watch=true`), 'response')) as [
      IncomingMessage,
    ];
    follow(response, seen);
    return { name: 'watch', seen, end: () => Promise.resolve(void response.destroy()) };
  }
  const flags = ['--kubeconfig', kubeconfig, '--cache-dir', join(dirname(kubeconfig), 'kube-cache')];
  const asked = ['get', 'pods', '-A', '-w', '--output-watch-events', '-o', `jsonpath=${COLUMNS}`];
  const child = spawn(kubectl, [...flags, ...asked], { stdio: ['ignore', 'pipe', 'inherit'] });
  follow(child.stdout, seen);
  await once(child.stdout, 'data');
  return { name: 'kubectl', seen, end: () => stop(child) };
}

function follow(stream: Readable, seen: [number, number][]): void {
  stream.on('data', (chunk: Buffer) => {
    const now = Number(process.hrtime.bigint() / 1_000n);
    for (const [, count] of chunk.toString('latin1').matchAll(/"restartCount":(\d+),/g))
      seen.push([Number(count), now]);
  });
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill();
  await exited;
}
