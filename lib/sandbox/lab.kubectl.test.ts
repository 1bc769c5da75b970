import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { createAccounts } from './apiserver/https/accounts.ts';
import { createIdentity } from './apiserver/https/certificate.ts';
import { startHttpsServer, type HttpsServer } from './apiserver/https/https-server.ts';
import { writeKubeconfig } from './apiserver/https/kubeconfig.ts';
import { createSandbox, type Sandbox } from './create-sandbox.ts';
import { MINUTE, SECOND } from './scenarios/scenario.ts';
import { wallClock } from './wall-clock.ts';

const exec = promisify(execFile);
const PATIENCE_MS = 60_000;

/** The lab's two manifests, as the exercise prints them. */
const labels = (app: string, tier: string) => ({ app, tier });
const webBadImage = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'lab30-web', namespace: 'lab30', labels: labels('lab30-web', 'frontend') },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'lab30-web' } },
    template: {
      metadata: { labels: { ...labels('lab30-web', 'frontend'), service: 'labweb', env: 'lab' } },
      spec: {
        containers: [
          {
            name: 'web',
            image: 'ghcr.io/vlrrbn/lab30-web-metrics:does-not-exist',
            imagePullPolicy: 'Always',
            envFrom: [{ configMapRef: { name: 'lab30-web-config' } }],
            ports: [{ containerPort: 8080 }],
            readinessProbe: {
              httpGet: { path: '/health', port: 8080 },
              initialDelaySeconds: 5,
              periodSeconds: 5,
            },
            livenessProbe: {
              httpGet: { path: '/health', port: 8080 },
              initialDelaySeconds: 15,
              periodSeconds: 10,
            },
          },
        ],
      },
    },
  },
};
const badRedisArg = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'lab30-redis', namespace: 'lab30', labels: labels('lab30-redis', 'backend') },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'lab30-redis' } },
    template: {
      metadata: { labels: labels('lab30-redis', 'backend') },
      spec: {
        containers: [
          {
            name: 'redis',
            image: 'redis:7-alpine',
            args: ['9090', '--save', '60', '1', '--loglevel', 'warning'],
            ports: [{ containerPort: 6379 }],
            readinessProbe: { tcpSocket: { port: 6379 }, initialDelaySeconds: 5, periodSeconds: 5 },
            livenessProbe: { tcpSocket: { port: 6379 }, initialDelaySeconds: 10, periodSeconds: 10 },
          },
        ],
      },
    },
  },
};

/** The exercise "CrashLoopBackOff & ImagePullBackOff", typed by an unmodified kubectl at a clock driven by hand. */
describe('the lab, with kubectl', () => {
  let folder: string;
  let sandbox: Sandbox;
  let https: HttpsServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-lab-'));
    // The clock stays behind the wall's: kubectl computes ages with its own.
    const endAt = wallClock.now() - 60 * MINUTE;
    sandbox = await createSandbox({ seed: 'lab', endAt, backfillMs: 15 * MINUTE, contents: 'scenarios' });
    const identity = createIdentity(wallClock.now());
    const accounts = createAccounts();
    const { server: api, clock } = sandbox;
    https = await startHttpsServer({ api, clock, identity, accounts, port: 0 });
    await writeKubeconfig(join(folder, 'kubeconfig'), { server: https.url, ca: identity.ca, accounts });
    await writeFile(join(folder, 'web-bad-image.yaml'), stringify(webBadImage));
    await writeFile(join(folder, 'bad-redis-arg.yaml'), stringify(badRedisArg));
  }, PATIENCE_MS);

  afterAll(async () => {
    sandbox.simulation.stop();
    await https.close();
    await rm(folder, { recursive: true, force: true });
  });

  const common = () => ['--kubeconfig', join(folder, 'kubeconfig'), '--cache-dir', join(folder, 'cache')];

  /** Standard output and error together, whatever the exit code. */
  async function kubectl(command: string): Promise<string> {
    const args = [...common(), ...command.split(' ')];
    try {
      const { stdout, stderr } = await exec('kubectl', args, {
        cwd: folder,
        env: { NODE_ENV: 'test', PATH: process.env.PATH },
      });
      return stdout + stderr;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      return stdout + stderr;
    }
  }

  const newestPod = async (app: string): Promise<string> => {
    const names = await kubectl(
      `get pods -n lab30 -l app=${app} --sort-by=.metadata.creationTimestamp -o name`,
    );
    return names.trim().split('\n').at(-1) ?? '';
  };

  it(
    'scenario 1: a bad image is applied, found, and fixed with set image',
    async () => {
      expect(await kubectl('apply -f web-bad-image.yaml')).toBe('deployment.apps/lab30-web configured\n');
      await sandbox.clock.advance(MINUTE);
      expect(await kubectl('get pods -n lab30')).toMatch(
        /lab30-web-\S+ +0\/1 +(ImagePullBackOff|ErrImagePull) +0 /,
      );
      expect(await kubectl('rollout status deploy/lab30-web -n lab30 --timeout=1s')).toContain(
        'Waiting for deployment "lab30-web" rollout to finish: 1 old replicas are pending termination...',
      );
      const pod = await newestPod('lab30-web');
      const description = await kubectl(`describe ${pod} -n lab30`);
      expect(description).toMatch(/Reason: +(ImagePullBackOff|ErrImagePull)/);
      expect(description).toMatch(
        /Warning +Failed .*Failed to pull image "ghcr.io\/vlrrbn\/lab30-web-metrics:does-not-exist".*not found/,
      );
      expect(description).toMatch(/Normal +BackOff .*Back-off pulling image/);
      expect(await kubectl(`logs ${pod} -n lab30`)).toMatch(
        /trying and failing to pull image|image can't be pulled/,
      );
      expect((await kubectl('get rs -n lab30')).match(/lab30-web-/g)).toHaveLength(2);
      expect(
        await kubectl('set image deploy/lab30-web -n lab30 web=ghcr.io/vlrrbn/lab30-web-metrics:0.3.0'),
      ).toBe('deployment.apps/lab30-web image updated\n');
      await sandbox.clock.advance(MINUTE);
      expect(await kubectl('rollout status deploy/lab30-web -n lab30')).toBe(
        'deployment "lab30-web" successfully rolled out\n',
      );
      expect(await kubectl('get pods -n lab30 -l app=lab30-web')).toMatch(/1\/1 +Running +0 /);
      expect(await kubectl('logs deploy/lab30-web -n lab30')).toContain(
        'Uvicorn running on http://0.0.0.0:8080',
      );
    },
    PATIENCE_MS,
  );

  it(
    'scenario 2: bad arguments crash redis; the previous log says why; undo brings it back',
    async () => {
      expect(await kubectl('apply -f bad-redis-arg.yaml')).toBe('deployment.apps/lab30-redis configured\n');
      await sandbox.clock.advance(3 * MINUTE);
      const pod = await newestPod('lab30-redis');
      expect(await kubectl('get pods -n lab30')).toMatch(
        /lab30-redis-\S+ +0\/1 +CrashLoopBackOff +[45] \(\S+ ago\)/,
      );
      const description = await kubectl(`describe ${pod} -n lab30`);
      expect(description).toMatch(/Last State: +Terminated\s+Reason: +Error\s+Exit Code: +127/);
      expect(description).toContain('Back-off restarting failed container redis in pod');
      for (const command of [`logs ${pod} -n lab30`, `logs ${pod} -n lab30 --previous`]) {
        expect(await kubectl(command)).toContain('exec: 9090: not found');
      }
      expect(await kubectl('rollout history deploy/lab30-redis -n lab30')).toMatch(
        /REVISION +CHANGE-CAUSE\n1 .*\n2 /,
      );
      expect(await kubectl('rollout undo deploy/lab30-redis -n lab30')).toContain(
        'deployment.apps/lab30-redis rolled back',
      );
      await sandbox.clock.advance(MINUTE);
      expect(await kubectl('rollout status deploy/lab30-redis -n lab30')).toBe(
        'deployment "lab30-redis" successfully rolled out\n',
      );
      expect(await kubectl('rollout history deploy/lab30-redis -n lab30')).toMatch(
        /REVISION +CHANGE-CAUSE\n2 .*\n3 /,
      );
      expect(await kubectl('get pods -n lab30 -l app=lab30-redis')).toMatch(
        /^NAME.*\n\S+ +1\/1 +Running +0 +\S+\n$/,
      );
    },
    PATIENCE_MS,
  );

  it(
    'get pods -w sees a pod go and its successor come',
    async () => {
      const watch = spawn('kubectl', [
        ...common(),
        'get',
        'pods',
        '-n',
        'lab30',
        '-l',
        'app=lab30-redis',
        '-w',
      ]);
      const seen: string[] = [];
      const sees = (text: string) =>
        new Promise<void>((resolve) => {
          const look = () => seen.join('').includes(text) && resolve();
          watch.stdout.on('data', look);
          look();
        });
      watch.stdout.on('data', (chunk: Buffer) => seen.push(chunk.toString()));
      const ended = new Promise((resolve) => watch.once('close', resolve));
      await sees('Running');
      await kubectl(`delete ${await newestPod('lab30-redis')} -n lab30 --wait=false`);
      const lived = sandbox.clock.advance(30 * SECOND);
      await Promise.all([
        sees('Terminating'),
        sees('Pending'),
        sees('ContainerCreating'),
        sees('1/1'),
        lived,
      ]);
      watch.kill();
      await ended;
      expect(seen.join('')).toMatch(/0\/1 +ContainerCreating/);
    },
    PATIENCE_MS,
  );
});
