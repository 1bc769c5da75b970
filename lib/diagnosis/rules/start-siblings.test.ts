import { describe, expect, it } from 'vitest';
import { waiting } from '#lib/testing/build-pod.ts';
import { aNode } from '#lib/testing/build-cluster.ts';
import { backOff, crashed, primary } from '#lib/diagnosis/rule-case.fixture.ts';

const starting = (message: string) => primary({ status: { state: waiting('RunContainerError', message) } });
const CAUSED = 'OCI runtime create failed: container_linux.go:348: starting container process caused ';

describe('a container that cannot be started', () => {
  it.each([
    [
      'image-path-permission-denied',
      `${CAUSED}"chdir to cwd (\\"/home/a\\") set in config.json failed: permission denied": unknown`,
    ],
    [
      'image-path-permission-denied',
      'failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: chdir to cwd ("/home/a") set in config.json failed: permission denied: unknown',
    ],
    ['command-permission-denied', `${CAUSED}"exec: \\"/app/run.sh\\": permission denied": unknown`],
    [
      'command-permission-denied',
      'runc create failed: unable to start container process: exec: "/run.sh": permission denied: unknown',
    ],
    ['command-permission-denied', 'standard_init_linux.go:211: exec user process caused "permission denied"'],
    [
      'image-platform-mismatch',
      'hcsshim::CreateComputeSystem x: The container operating system does not match the host operating system.',
    ],
  ])('%s: %s', (causeId, message) => {
    expect(starting(message)).toMatchObject({ causeId, certainty: 'likely' });
  });

  it.each([
    'failed to create shim task: hcs::CreateComputeSystem : The requested operation for attach namespace failed.: unknown',
    `${CAUSED}"write sysctl key net.x: permission denied"`,
    "failed to create containerd task: Error Code: 'Error(Nix(Sys(ENOENT)), State { rustjail::mount::mknod_dev'",
  ])('words nobody knows are no error of the app, and no command: %s', (message) => {
    expect(starting(message)).toMatchObject({ causeId: 'unknown', raw: message });
    const ended = crashed({ exitCode: 128, reason: 'StartError', message, startedAt: undefined });
    expect(primary({ status: ended })).toMatchObject({ causeId: 'unknown', raw: message });
  });
});

describe('an image for another platform', () => {
  const none = 'no match for platform in manifest: not found';
  const pull = (error: string, architecture?: string) =>
    primary({
      spec: { image: 'ghcr.io/acme/web:1' },
      status: backOff('ghcr.io/acme/web:1', error),
      nodes: architecture === undefined ? [] : [aNode({ architecture })],
    });

  it('is proven by the architecture of the node only', () => {
    expect(pull(none, 'arm64')).toMatchObject({ causeId: 'image-platform-mismatch', certainty: 'proven' });
    expect(pull(none)).toMatchObject({ causeId: 'image-platform-mismatch', certainty: 'likely' });
    expect(pull(none, '')).toMatchObject({
      certainty: 'likely',
      sentence: "ghcr.io/acme/web:1 has no variant for the node's architecture.",
    });
  });

  it('is named as the runtime names it: on Windows the build counts', () => {
    const found = pull(
      'no matching manifest for windows/amd64 10.0.18362 in the manifest list entries',
      'amd64',
    );
    expect(found.sentence).toBe('ghcr.io/acme/web:1 has no variant for windows/amd64 10.0.18362.');
  });

  it.each([
    'image operating system "windows" cannot be used on this platform',
    'image with reference ghcr.io/acme/web:1 was found but does not match the specified platform: wanted linux/arm64, actual: linux/amd64',
    'choosing an image from manifest list docker://ghcr.io/acme/web:1: no image found in image index for architecture "arm64", variant "v8", OS "linux"',
  ])('%s', (error) => {
    expect(pull(error).causeId).toBe('image-platform-mismatch');
  });
});

describe('a runtime that is gone', () => {
  it.each([
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing dial unix /run/containerd/containerd.sock: connect: connection refused"',
    'rpc error: code = Unavailable desc = transport is closing',
    'rpc error: code = Unknown desc = Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
  ])('is no registry that refuses: %s', (error) => {
    const status = backOff('ghcr.io/acme/web:1', error);
    expect(primary({ spec: { image: 'ghcr.io/acme/web:1' }, status }).causeId).toBe('node-runtime-unhealthy');
    const inspecting = { state: waiting('ImageInspectError', `Failed to inspect image "x": ${error}`) };
    expect(primary({ status: inspecting }).causeId).toBe('node-runtime-unhealthy');
  });

  it('a short name is told apart from a store that cannot be read', () => {
    const event = (message: string) =>
      primary({
        status: { state: waiting('ImageInspectError') },
        podEvents: [{ reason: 'InspectFailed', message }],
      }).causeId;
    expect(
      event(
        'Failed to inspect image "": rpc error: code = Unknown desc = short name mode is enforcing, but image name acme/web:1 returns ambiguous list',
      ),
    ).toBe('image-short-name-ambiguous');
    expect(event('Failed to inspect image "x": rpc error: code = Unknown desc = layer not known')).toBe(
      'image-inspect-error',
    );
  });
});
