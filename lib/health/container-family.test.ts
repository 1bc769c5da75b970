import { describe, expect, it } from 'vitest';
import type { ContainerStatus } from '#lib/model/pod.ts';
import {
  aContainerStatus,
  aCrashLoopingStatus,
  running,
  terminated,
  waiting,
} from '#lib/testing/build-pod.ts';
import { at, HOUR, MINUTE, SECOND } from '#lib/testing/time.ts';
import { containerFamily } from './container-family.ts';

const NOW = at('10:00:00');

const verdict = (
  status: Partial<ContainerStatus>,
  context: Partial<Parameters<typeof containerFamily>[1]> = {},
) =>
  containerFamily(aContainerStatus(status), { role: 'app', restartPolicy: 'Always', now: NOW, ...context });

const crashed = (runMs: number, ready: boolean): Partial<ContainerStatus> => ({
  restartCount: 3,
  lastTermination: terminated(),
  state: running(NOW - runMs),
  ready,
});

describe('containerFamily', () => {
  it.each([
    ['ErrImagePull', 'image'],
    ['ImagePullBackOff', 'image'],
    ['ErrImageNeverPull', 'image'],
    ['InvalidImageName', 'image'],
    ['ImageInspectError', 'image'],
    ['RegistryUnavailable', 'image'],
    ['SignatureValidationFailed', 'image'],
    ['CreateContainerConfigError', 'config'],
    ['CreateContainerError', 'config'],
    ['RunContainerError', 'crash'],
    ['PostStartHookError', 'crash'],
    ['CrashLoopBackOff', 'crash'],
    ['ContainerCreating', 'pending'],
    ['PodInitializing', 'pending'],
    ['', 'pending'],
    ["Couldn't find key options in Secret jenkins/jenkins", 'config'],
  ])('of a container waiting with %j is %s', (reason, family) => {
    expect(verdict({ state: waiting(reason) })).toBe(family);
  });

  it.each([
    ['CrashLoopBackOff', aCrashLoopingStatus()],
    ['Error, between crash and sync', aContainerStatus({ state: terminated(), restartCount: 4 })],
    ['Running and ready for nine minutes', aContainerStatus(crashed(9 * MINUTE, true))],
    ['Running, not ready, for eleven minutes', aContainerStatus(crashed(11 * MINUTE, false))],
    [
      'ContainerCreating after a kubelet restart',
      aContainerStatus({
        restartCount: 3,
        lastTermination: terminated(),
        state: waiting('ContainerCreating'),
      }),
    ],
  ])('keeps a crash loop in its family while the word is %s', (_word, status) => {
    expect(containerFamily(status, { role: 'app', restartPolicy: 'Always', now: NOW })).toBe('crash');
  });

  it('lets go of a crash after 600 s of ready running, to the second', () => {
    expect(verdict(crashed(600 * SECOND - 1, true))).toBe('crash');
    expect(verdict(crashed(600 * SECOND, true))).toBe('ok');
  });

  it('does not blame an old exit for being unready now', () => {
    expect(verdict(crashed(5 * 24 * HOUR, false))).toBe('not-ready');
  });

  it('does not call a first run a crash', () => {
    expect(verdict({ state: running(NOW - SECOND) })).toBe('ok');
    expect(verdict({ state: running(NOW - SECOND), ready: false })).toBe('not-ready');
  });

  it.each([
    ['app', 'Always', 0, 'crash'],
    ['app', 'OnFailure', 0, 'ok'],
    ['app', 'Never', 0, 'ok'],
    ['app', 'Never', 1, 'crash'],
    ['init', 'Always', 0, 'ok'],
    ['init', 'Always', 1, 'crash'],
    ['sidecar', 'Always', 0, 'crash'],
    ['sidecar', 'Never', 143, 'crash'],
  ] as const)(
    'of a %s container under policy %s that ended with %d is %s',
    (role, restartPolicy, exitCode, family) => {
      expect(verdict({ state: terminated({ exitCode }) }, { role, restartPolicy })).toBe(family);
    },
  );

  it('leaves an init container at work alone, however long', () => {
    expect(verdict({ state: running(NOW - HOUR), ready: false }, { role: 'init' })).toBe('pending');
    expect(verdict(crashed(HOUR, false), { role: 'init' })).toBe('pending');
    expect(verdict(crashed(MINUTE, false), { role: 'init' })).toBe('crash');
  });

  it('calls a restarted container that cannot pull again an image problem', () => {
    expect(
      verdict({ restartCount: 3, lastTermination: terminated(), state: waiting('ImagePullBackOff') }),
    ).toBe('image');
  });
});
