import { describe, expect, it } from 'vitest';
import type { ContainerSpec } from '#lib/sandbox/client/objects.ts';
import type { Run } from '#lib/sandbox/programs/program.ts';
import { aPod, aWorld, PodLife, runsForEver, START } from './pod-life.ts';
import type { PullOutcome, World } from './record.ts';

describe('a start that goes well', () => {
  it('is told in the words of 1.35', () => {
    const life = new PodLife(aPod(), aWorld({ hasImage: () => false })).live(5000);
    expect(life.said).toEqual([
      'Pulling: Pulling image "registry.example/app:1"',
      'Pulled: Successfully pulled image "registry.example/app:1" in 1s (1s including waiting). Image size: 1 bytes.',
      'Created: Container created',
      'Started: Container started',
    ]);
    expect(life.container()).toMatchObject({
      ready: true,
      started: true,
      imageID: 'registry.example/app@sha256:0',
    });
  });

  it('names the image as the runtime does once the container exists', () => {
    const life = new PodLife(aPod({ image: 'redis' }), aWorld()).live(300);
    expect(life.container()?.image).toBe('redis');
    expect(life.live(5000).container()?.image).toBe('docker.io/library/redis:latest');
  });

  it('waits for the pulls of others, and says how long', () => {
    const world = aWorld({ hasImage: () => false, pullsFreeAt: START + 6400 });
    expect(new PodLife(aPod(), world).live(10_000).said[1]).toContain('in 1s (7s including waiting).');
  });

  it('takes one container after the other', () => {
    const containers = ['b', 'a'].map((name) => ({ name, image: `${name}:1` }));
    const pull = (image: string): PullOutcome => ({
      tookMs: image === 'b:1' ? 4000 : 1000,
      bytes: 1,
      digest: 'd',
    });
    const life = new PodLife(aPod({}, { containers }), aWorld({ hasImage: () => false, pull })).live(10_000);
    expect([...life.startsOf('b'), ...life.startsOf('a')]).toEqual([4.4, 5.4]);
    expect(life.status.containerStatuses?.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});

describe('an image that cannot be pulled', () => {
  const failing: PullOutcome = { tookMs: 1000, error: 'not found' };
  const life = () =>
    new PodLife(aPod({ imagePullPolicy: 'Always' }), aWorld({ pull: () => failing })).live(25 * 60_000);

  it('is tried at the first look after 10, 20, 40, 80, 160, 300 seconds from the end of each failed pull', () => {
    const ends = life().secondsOf('Failed', 'Failed to pull image');
    const waits = life()
      .secondsOf('Pulling')
      .slice(1)
      .map((second, index) => Math.round(second - (ends[index] ?? 0)));
    // The first failure is followed by a sync a second later (the new sandbox is news), from which the looks count.
    expect(waits).toEqual([11, 20, 40, 80, 160, 300, 300, 300]);
  });

  it('alternates between ErrImagePull and ImagePullBackOff', () => {
    const words = life().states.map(({ state }) => state);
    expect(words.slice(0, 5)).toEqual([
      'ContainerCreating',
      'ErrImagePull',
      'ImagePullBackOff',
      'ErrImagePull',
      'ImagePullBackOff',
    ]);
  });

  it('keeps the original error in the message and the pod Pending', () => {
    const { status } = life();
    expect(status.containerStatuses?.[0]?.state.waiting?.message).toMatch(
      /^(Back-off pulling image "registry.example\/app:1": ErrImagePull: )?not found$/,
    );
    expect(status).toMatchObject({ phase: 'Pending' });
    expect(status.containerStatuses?.[0]).toMatchObject({ restartCount: 0, imageID: '' });
  });

  it('says so in pairs', () => {
    expect(life().said.slice(0, 5)).toEqual([
      'Pulling: Pulling image "registry.example/app:1"',
      'Failed: Failed to pull image "registry.example/app:1": not found',
      'Failed: Error: ErrImagePull',
      'BackOff: Back-off pulling image "registry.example/app:1"',
      'Failed: Error: ImagePullBackOff',
    ]);
  });

  it('starts with the first pull that works', () => {
    let tries = 0;
    const pull = (): PullOutcome => (++tries > 3 ? { tookMs: 1000, bytes: 7, digest: 'sha256:1' } : failing);
    const healed = new PodLife(aPod({ imagePullPolicy: 'Always' }), aWorld({ pull })).live(120_000);
    expect(healed.status.phase).toBe('Running');
    expect(healed.secondsOf('Pulled', 'Image size: 7 bytes.')).toHaveLength(1);
  });

  it('fails for every image when a pull Secret is no JSON, with the error as the reason', () => {
    const error = "invalid character 'x' looking for beginning of value";
    const world = aWorld({ hasImage: () => false, pullSecretError: () => error });
    const { state } = new PodLife(aPod(), world).live(30_000).container() ?? {};
    expect(state?.waiting).toEqual({ reason: error, message: error });
  });

  it('names a pull Secret that is missing at every sync', () => {
    const world = aWorld({
      missingPullSecrets: () => ['regcred'],
      pull: () => failing,
      hasImage: () => false,
    });
    const told = new PodLife(aPod(), world).live(60_000).secondsOf('FailedToRetrieveImagePullSecret');
    expect(told.length).toBeGreaterThan(4);
  });
});

describe('a container that cannot be created', () => {
  it.each<[string, Partial<ContainerSpec>, Partial<World>, string, string]>([
    [
      'an image name with blanks',
      { image: 'a b' },
      {},
      'InvalidImageName',
      'couldn\'t parse image name "a b": invalid reference format',
    ],
    [
      'an image name in upper case',
      { image: 'Redis:7' },
      {},
      'InvalidImageName',
      'invalid reference format: repository name (library/Redis) must be lowercase',
    ],
    [
      'policy Never without the image',
      { imagePullPolicy: 'Never' },
      { hasImage: () => false },
      'ErrImageNeverPull',
      'Container image "registry.example/app:1" is not present with pull policy of Never',
    ],
    [
      'a missing ConfigMap',
      {},
      { environment: () => ({ error: 'configmap "settings" not found' }) },
      'CreateContainerConfigError',
      'configmap "settings" not found',
    ],
    [
      'an image that runs as root',
      { securityContext: { runAsNonRoot: true } },
      {},
      'CreateContainerConfigError',
      'container has runAsNonRoot and image will run as root (pod: "web-x_demo(u-1)", container: app)',
    ],
    [
      'an image whose user is a name',
      { securityContext: { runAsNonRoot: true } },
      { imageUser: () => ({ name: 'nobody' }) },
      'CreateContainerConfigError',
      'container has runAsNonRoot and image has non-numeric user (nobody), cannot verify user is non-root',
    ],
    [
      'runAsUser 0',
      { securityContext: { runAsNonRoot: true, runAsUser: 0 } },
      {},
      'CreateContainerConfigError',
      "container's runAsUser breaks non-root policy",
    ],
    [
      'a runtime that refuses to create it',
      {},
      { start: () => ({ ...runsForEver, createError: 'failed to generate spec: no command specified' }) },
      'CreateContainerError',
      'failed to generate spec: no command specified',
    ],
  ])('waits: %s', (_case, container, world, reason, message) => {
    const life = new PodLife(aPod(container), aWorld(world)).live(60_000);
    const waiting = life.container()?.state.waiting;
    expect(waiting?.reason).toBe(reason);
    expect(waiting?.message).toContain(message);
    expect(life.status.phase).toBe('Pending');
    // No back-off of its own: tried at every sync.
    expect(life.secondsOf('Failed', 'Error: ').length).toBeGreaterThanOrEqual(5);
  });

  it('may run as another user than root', () => {
    const pod = aPod({ securityContext: { runAsNonRoot: true, runAsUser: 1000 } });
    expect(new PodLife(pod, aWorld()).live(5000).status.phase).toBe('Running');
  });

  it('starts by itself within fifteen seconds once its ConfigMap exists', () => {
    let exists = false;
    const environment: World['environment'] = () =>
      exists ? { env: {} } : { error: 'configmap "a" not found' };
    const life = new PodLife(aPod(), aWorld({ environment })).live(30_000);
    exists = true;
    expect(life.live(15_000).status.phase).toBe('Running');
  });
});

describe('volumes', () => {
  it('keep the pod ContainerCreating without a sandbox, and are tried after 0.5, 1, 2, 4 … 122 seconds', () => {
    const heldVolumes = () => [{ volume: 'tls', error: 'secret "web-tls" not found' }];
    const life = new PodLife(aPod(), aWorld({ heldVolumes })).live(400_000);
    expect(life.secondsOf('FailedMount')).toEqual([
      0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5, 63.5, 127.5, 249.5, 371.5,
    ]);
    expect(life.events[0]).toMatchObject({
      type: 'Warning',
      message: 'MountVolume.SetUp failed for volume "tls" : secret "web-tls" not found',
    });
    expect(life.events[0]?.fieldPath).toBeUndefined();
    expect(life.container()?.state.waiting?.reason).toBe('ContainerCreating');
    expect(life.status.podIP).toBeUndefined();
    expect(life.status.conditions).toContainEqual(
      expect.objectContaining({ type: 'PodReadyToStartContainers', status: 'False' }),
    );
  });

  it('hold a pod in silence while a disk is on its way', () => {
    let isHeld = true;
    const heldVolumes = () => (isHeld ? [{ volume: 'data' }] : []);
    const life = new PodLife(aPod(), aWorld({ heldVolumes })).live(60_000);
    expect(life.events).toEqual([]);
    isHeld = false;
    expect(life.live(5000).status.phase).toBe('Running');
  });

  it('let a pod go that is deleted meanwhile', () => {
    const heldVolumes = () => [{ volume: 'data' }];
    const life = new PodLife(aPod(), aWorld({ heldVolumes })).live(60_000);
    expect(life.delete().live(3000).finished).toBe(true);
  });
});

describe('hooks', () => {
  const postStart = (exec: Run['exec']): PodLife => {
    const pod = aPod({ lifecycle: { postStart: { exec: { command: ['/warm-up'] } } } });
    return new PodLife(pod, aWorld({ start: () => ({ ...runsForEver, ...(exec ? { exec } : {}) }) }));
  };

  it('a container whose postStart hook fails is killed, and started again with back-off', () => {
    const life = postStart(() => ({ code: 1, output: 'no cache\n', tookMs: 2000 })).live(30_000);
    expect(life.said.slice(1, 5)).toEqual([
      'Created: Container created',
      'Started: Container started',
      'FailedPostStartHook: PostStartHook failed',
      'Killing: FailedPostStartHook',
    ]);
    expect(life.secondsOf('FailedPostStartHook')[0]).toBe(2.4);
    expect(life.states.map(({ state }) => state)).toContain('PostStartHookError');
    expect(life.startsOf('app').length).toBeGreaterThan(1);
  });

  it('a hook that works holds up the status, not the container', () => {
    const life = postStart(() => ({ code: 0, tookMs: 5000 })).live(3000);
    expect(life.container()?.state.waiting?.reason).toBe('ContainerCreating');
    expect(life.live(5000).container()?.ready).toBe(true);
  });
});
