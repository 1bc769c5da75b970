import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
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

/** Minutes of work: says so, and how long it took, through `say`. @throws Error saying what to install, or what Go said. */
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
  const source = await go(['list', '-m', '-f', '{{.Dir}}', 'k8s.io/cri-api'], signal);
  const criProto = join(source.trim(), 'pkg/apis/runtime/v1/api.proto');
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
  const answer = await promisify(execFile)('go', ['env', 'GOVERSION'], { env }).catch(() => undefined);
  if (!answer) throw new Error(`The real control plane is built from source, and Go is missing: ${advice}.`);
  const found = /^go(\d+)\.(\d+)/.exec(answer.stdout.trim());
  const [major = 0, minor = 0] = wanted.split('.').map(Number);
  const isOld = found !== null && (Number(found[1]) - major || Number(found[2]) - minor) < 0;
  if (isOld) throw new Error(`Go is too old (${answer.stdout.trim()}): ${advice}.`);
}

/** Builds beside the folder and moves it into place: what exists is whole, however the build ended. */
async function build(folder: string, packages: readonly string[], { say, signal }: Options): Promise<void> {
  await mkdir(join(folder, '..'), { recursive: true });
  const partial = await mkdtemp(`${folder}.partial-`);
  const startedAt = Date.now();
  try {
    const flags = ['-trimpath', '-ldflags', await linkerFlags(), '-o', `${partial}/`];
    await go(['build', ...flags, ...packages], signal);
    if (existsSync(join(partial, ETCD_AS_BUILT)))
      await rename(join(partial, ETCD_AS_BUILT), join(partial, 'etcd'));
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    // Somebody else may have finished the same build meanwhile.
    if (!existsSync(folder)) throw error;
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

/** Answers what Go printed. @throws Error with what it complained of. */
async function go(args: readonly string[], signal?: AbortSignal): Promise<string> {
  const env = {
    ...process.env,
    CGO_ENABLED: '0',
    GOTOOLCHAIN: 'local',
    GOFLAGS: '-mod=readonly',
    GOWORK: 'off',
  };
  const child = spawn('go', args, { cwd: MODULE, env, stdio: ['ignore', 'pipe', 'pipe'], signal });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const complaint = Buffer.concat(errors).toString().trim().split('\n').slice(-20).join('\n');
  if (code !== 0) throw new Error(`go ${args[0]} failed:\n${complaint}`);
  return Buffer.concat(output).toString();
}
