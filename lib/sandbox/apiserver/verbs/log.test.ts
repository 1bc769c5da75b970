import { describe, expect, it } from 'vitest';
import type { LogLine, LogSource } from '#lib/sandbox/apiserver/log-source.ts';
import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { TEST_START, testServer } from '#lib/sandbox/apiserver/test-server.ts';

const POD = '/api/v1/namespaces/default/pods/web';
const RUNNING = { running: { startedAt: '2026-01-05T11:59:00Z' } };
const line = (secondsAgo: number, text: string): LogLine => ({ atMs: TEST_START - secondsAgo * 1000, text });

const LINES: Readonly<Record<string, readonly LogLine[]>> = {
  'containerd://now': [line(20, 'one'), line(10, 'two'), line(0, 'three')],
  'containerd://before': [line(60, 'died')],
};

/** A Pod on a node with one container status, and logs by container id. */
function withStatus(status: JsonObject | undefined, containers: readonly string[] = ['app']) {
  const cluster = testServer();
  const followers: ((line: LogLine) => void)[] = [];
  const enders: (() => void)[] = [];
  const source: LogSource = {
    lines: ({ containerId }) => LINES[containerId],
    follow: (_target, onLine, onEnd) => {
      followers.push(onLine);
      enders.push(onEnd);
      return () => followers.splice(0);
    },
    unreachable: ({ pod }) =>
      pod === 'lost' ? 'dial tcp 10.0.0.1:10250: connect: connection refused' : undefined,
  };
  cluster.server.useLogs(source);
  const spec = { nodeName: 'n1', containers: containers.map((name) => ({ name, image: 'i' })) };
  for (const name of ['web', 'lost']) {
    cluster.post('/api/v1/namespaces/default/pods', { metadata: { name }, spec });
    const containerStatuses = status ? [{ name: 'app', ...status }] : [];
    cluster.patch(POD.replace('web', `${name}/status`), 'merge', { status: { containerStatuses } });
  }
  return { ...cluster, followers, enders };
}

describe('pod logs', () => {
  const current = { state: RUNNING, containerID: 'containerd://now' };
  const crashed = {
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated: { containerID: 'containerd://before' } },
  };

  it.each([
    ['', 'one\ntwo\nthree\n'],
    ['tailLines=1', 'three\n'],
    ['tailLines=0', ''],
    ['sinceSeconds=15', 'two\nthree\n'],
    ['sinceTime=2026-01-05T11:59:55Z', 'three\n'],
    ['limitBytes=5', 'one\nt'],
    ['tailLines=1&timestamps=true', '2026-01-05T12:00:00.000000000Z three\n'],
  ])('with %s', (query, text) => {
    expect(withStatus(current).log(`${POD}/log?${query}`)).toMatchObject({ text, ended: true });
  });

  it('follows until the container ends', () => {
    const cluster = withStatus(current);
    const log = cluster.log(`${POD}/log?follow=true&tailLines=1`);
    cluster.followers[0]?.(line(-1, 'four'));
    expect(log).toMatchObject({ text: 'three\nfour\n', ended: false });
    cluster.enders[0]?.();
    expect(log.ended).toBe(true);
  });

  it('shows the last run while the next one waits, and the previous run when asked', () => {
    expect(withStatus(crashed).log(`${POD}/log`).text).toBe('died\n');
    expect(withStatus(crashed).log(`${POD}/log?previous=true`).text).toBe('died\n');
  });

  it.each<[string, JsonObject | undefined, readonly string[], string, number, string]>([
    [
      'no previous run',
      current,
      ['app'],
      'previous=true',
      400,
      'previous terminated container "app" in pod "web" not found',
    ],
    ['an unknown container', current, ['app'], 'container=zz', 400, 'container zz is not valid for pod web'],
    [
      'a choice of containers',
      current,
      ['app', 'sidecar'],
      '',
      400,
      'a container name must be specified for pod web, choose one of: [app sidecar]',
    ],
    [
      'a container being created',
      { state: { waiting: { reason: 'ContainerCreating' } } },
      ['app'],
      '',
      400,
      'container "app" in pod "web" is waiting to start: ContainerCreating',
    ],
    [
      'a pull that failed just now',
      { state: { waiting: { reason: 'ErrImagePull' } } },
      ['app'],
      '',
      400,
      'container "app" in pod "web" is waiting to start: image can\'t be pulled',
    ],
    [
      'an image that cannot be pulled',
      { state: { waiting: { reason: 'ImagePullBackOff' } } },
      ['app'],
      '',
      400,
      'container "app" in pod "web" is waiting to start: trying and failing to pull image',
    ],
    [
      'a reason the kubelet has no words for',
      { state: { waiting: { reason: 'InvalidImageName' } } },
      ['app'],
      '',
      400,
      'container "app" in pod "web" is waiting to start: InvalidImageName',
    ],
    [
      'a container that could not be started',
      { state: { terminated: { reason: 'ContainerCannotRun' } } },
      ['app'],
      '',
      400,
      'container "app" in pod "web" is terminated',
    ],
    [
      'a negative tail',
      current,
      ['app'],
      'tailLines=-1',
      422,
      'tailLines: Invalid value: -1: must be greater than or equal to 0',
    ],
  ])('explains %s', (_name, status, containers, query, code, text) => {
    const { body } = withStatus(status, containers).get(`${POD}/log?${query}`);
    expect(body.code).toBe(code);
    expect(body.message).toContain(text);
  });

  it('says when the node does not answer', () => {
    const { body } = withStatus(current).get(POD.replace('web', 'lost/log'));
    expect(body).toMatchObject({ code: 500, reason: 'InternalError' });
    expect(body.message).toContain('dial tcp 10.0.0.1:10250: connect: connection refused');
  });
});
