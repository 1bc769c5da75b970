import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createGuardedFolder } from '#lib/sandbox/guarded-folder.ts';
import { startGuarded } from './guarded-process.ts';
import type { RealKubelet } from './kubelet/start-real-nodes.ts';

export type Binaries = {
  readonly etcd: string;
  readonly apiServer: string;
  readonly controllerManager: string;
  readonly scheduler: string;
  readonly kubectl: string;
};

const MODULE = import.meta.dirname;
const PACKAGES = [
  'k8s.io/kubernetes/cmd/kube-apiserver',
  'k8s.io/kubernetes/cmd/kube-controller-manager',
  'k8s.io/kubernetes/cmd/kube-scheduler',
  'k8s.io/kubernetes/cmd/kubectl',
  'go.etcd.io/etcd/server/v3',
];
const KUBELET = 'k8s.io/kubernetes/cmd/kubelet';
/** Go names the program after the last path element that is no version. */
const ETCD_AS_BUILT = 'server';
const VERSION_PACKAGES = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];

type Options = {
  readonly say: (line: string) => void;
  /** Ends a build under way. */
  readonly signal?: AbortSignal;
};

/** This machine cannot build it: no Go, a Go too old, no way to the modules. Nothing is known to be wrong with the rest. */
export class CannotBuildHere extends Error {}

/** Minutes of work: says so, and how long it took, through `say`. @throws CannotBuildHere, or Error with what Go said. */
export async function ensureControlPlaneBuilt({ say, signal }: Options): Promise<Binaries> {
  const folder = await binariesFolder();
  if (!existsSync(folder)) {
    await requireGo();
    say('building a real control plane, once for this machine; this takes 10 minutes or more');
    await build(folder, PACKAGES, { say, signal });
  }
  return {
    etcd: join(folder, 'etcd'),
    apiServer: join(folder, 'kube-apiserver'),
    controllerManager: join(folder, 'kube-controller-manager'),
    scheduler: join(folder, 'kube-scheduler'),
    kubectl: join(folder, 'kubectl'),
  };
}

/** Kubernetes' kubelet, a minute's work beside a built control plane, and the interface it wants of a container runtime. */
export async function ensureKubeletBuilt({ say, signal }: Options): Promise<RealKubelet> {
  const folder = join(await binariesFolder(), 'kubelet');
  await requireGo();
  if (!existsSync(folder)) {
    say('building a real kubelet, once for this machine');
    await build(folder, [KUBELET], { say, signal });
  }
  const criProto = join(await criFolder(), 'pkg/apis/runtime/v1/api.proto');
  return { kubelet: join(folder, 'kubelet'), criProto };
}

/** One folder for each state of the lock file, in the user's cache: `~/.cache/uncrash/control-plane/<hash>`. */
async function binariesFolder(): Promise<string> {
  const sum = await readFile(join(MODULE, 'go.sum'));
  const hash = createHash('sha256').update(sum).digest('hex').slice(0, 16);
  // The XDG specification has relative paths ignored.
  const { XDG_CACHE_HOME: xdg = '' } = process.env;
  const cache = xdg.startsWith('/') ? xdg : join(homedir(), '.cache');
  return join(cache, 'uncrash', 'control-plane', hash);
}

async function requireGo(): Promise<void> {
  const manifest = await readFile(join(MODULE, 'go.mod'), 'utf8');
  const wanted = /^go (\S+)$/m.exec(manifest)?.[1] ?? '';
  const advice = `install Go ${wanted} or newer (https://go.dev/dl/) and have \`go\` on PATH`;
  const env = { ...process.env, GOTOOLCHAIN: 'local' };
  // Outside of the module: there a Go that is too old only complains.
  const asked = promisify(execFile)('go', ['env', 'GOVERSION'], { env, cwd: tmpdir() });
  const answer = await asked.catch(() => undefined);
  if (!answer)
    throw new CannotBuildHere(`The real control plane is built from source, and Go is missing: ${advice}.`);
  const found = answer.stdout.trim();
  if (isOlderGo(found, wanted)) throw new CannotBuildHere(`Go is too old (${found}): ${advice}.`);
}

/** `found` as in "go1.26.8"; one that has no number (a development build) is not older. */
export function isOlderGo(found: string, wanted: string): boolean {
  const numbers = /^go(\d+)\.(\d+)(?:\.(\d+))?/.exec(found)?.slice(1).map(Number);
  if (!numbers) return false;
  const [major = 0, minor = 0, patch = 0] = numbers.map((number) => number || 0);
  const [wantedMajor = 0, wantedMinor = 0, wantedPatch = 0] = wanted.split('.').map(Number);
  return (major - wantedMajor || minor - wantedMinor || patch - wantedPatch) < 0;
}

/**
 * Whether Go could not reach the module proxy. Go has no code for it, so its words decide; whatever is not known here
 * counts as a build that fails.
 */
export const isUnreachable = (output: string): boolean =>
  /\bdial tcp\b|no such host|connection re(fused|set)|network is unreachable|i\/o timeout|TLS handshake|proxyconnect|disabled by GOPROXY=off|reading https?:\S+: (403|5\d\d)\b/.test(
    output,
  );

/** Builds beside the folder and moves it into place: what exists is whole, however the build ended. */
async function build(folder: string, packages: readonly string[], { say, signal }: Options): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  // Go's own temporary files are in it, so that nothing of a build is left when we are killed.
  const partial = await createGuardedFolder(`${basename(folder)}.partial-`, dirname(folder));
  const startedAt = Date.now();
  try {
    const built = join(partial.path, 'bin');
    const flags = ['-trimpath', '-ldflags', await linkerFlags(), '-o', `${built}/`];
    await mkdir(built);
    await go(['build', ...flags, ...packages], { folder: partial.path, signal });
    if (existsSync(join(built, ETCD_AS_BUILT))) await rename(join(built, ETCD_AS_BUILT), join(built, 'etcd'));
    await rename(built, folder);
  } catch (error) {
    // Somebody else may have finished the same build meanwhile.
    if (!existsSync(folder)) throw error;
  } finally {
    await partial.remove();
  }
  say(`built in ${Math.round((Date.now() - startedAt) / 1000)} s: ${folder}`);
}

/** Built without these, the programs call themselves v0.0.0-master, and clients treat them so. */
async function linkerFlags(): Promise<string> {
  const manifest = await readFile(join(MODULE, 'go.mod'), 'utf8');
  const version = /^(?:require|\t) ?k8s\.io\/kubernetes (v(\d+)\.(\d+)\.\d+)\b/m.exec(manifest);
  if (!version) throw new Error('go.mod does not require k8s.io/kubernetes');
  const [, gitVersion = '', gitMajor = '', gitMinor = ''] = version;
  const values = Object.entries({ gitVersion, gitMajor, gitMinor });
  const settings = VERSION_PACKAGES.flatMap((path) => values.map(([k, v]) => `-X ${path}.${k}=${v}`));
  return ['-s', '-w', ...settings].join(' ');
}

type Place = { readonly folder: string; readonly signal?: AbortSignal };

/** Offline once it is built: which folder of the module cache holds the interface of a container runtime. */
async function criFolder(): Promise<string> {
  const env = { ...process.env, ...GO_ENV };
  const args = ['list', '-m', '-f', '{{.Dir}}', 'k8s.io/cri-api'];
  return (await promisify(execFile)('go', args, { cwd: MODULE, env })).stdout.trim();
}

const GO_ENV = { CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly', GOWORK: 'off' };

/** @throws CannotBuildHere when the modules cannot be reached, else Error with what Go complained of. */
async function go(args: readonly string[], { folder, signal }: Place): Promise<void> {
  const env = { ...process.env, ...GO_ENV, GOTMPDIR: folder };
  const log = join(folder, 'go.log');
  signal?.throwIfAborted();
  const running = startGuarded(['go', ...args], log, { cwd: MODULE, env });
  const stop = (): void => void running.stop();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    if ((await running.code) === 0) return;
    signal?.throwIfAborted();
    const output = (await readFile(log, 'utf8')).trim().split('\n').slice(-20).join('\n');
    if (isUnreachable(output))
      throw new CannotBuildHere(`The modules of the real control plane cannot be fetched: ${output}`);
    throw new Error(`go ${args[0]} failed:\n${output}`);
  } finally {
    signal?.removeEventListener('abort', stop);
    await running.stop();
  }
}
