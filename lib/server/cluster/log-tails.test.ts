import { describe, expect, it } from 'vitest';
import type { Pod } from '#lib/model/pod.ts';
import {
  aContainerStatus,
  aCrashLoopingStatus,
  aPod,
  running,
  terminated,
  waiting,
} from '#lib/testing/build-pod.ts';
import { createFakeConnection, type Script } from '#lib/testing/fake-connection.ts';
import { createFakeClock } from '#lib/testing/fake-clock.ts';
import { at } from '#lib/testing/time.ts';
import { LogTails } from './log-tails.ts';

const end = (time: string) =>
  terminated({ startedAt: at('10:00:00'), finishedAt: at(time), containerId: `c-${time}` });
const status = aCrashLoopingStatus({ lastTermination: end('10:00:01') });
const pod = aPod({ statuses: [status] });

function tailsOf(answer: () => Script) {
  const clock = createFakeClock(at('10:01:00'));
  const connection = createFakeConnection(answer);
  const news: Pod[] = [];
  const signal = new AbortController().signal;
  const tails = new LogTails({ connection, now: () => clock.now(), signal, onTail: (of) => news.push(of) });
  return { clock, connection, news, tails };
}

describe('LogTails', () => {
  it('reads the log of a crashed instance once, however often it is asked for', async () => {
    const { clock, connection, news, tails } = tailsOf(() => ({ body: '2026-01-15T10:00:01Z boom\n' }));
    tails.want(pod, status);
    tails.want(pod, status);
    await clock.settle();
    await clock.advance(3_600_000);
    tails.want(pod, status);
    await clock.settle();
    expect(connection.requests).toMatchObject([{ query: { previous: 'true', container: 'web' } }]);
    expect(news).toEqual([pod]);
    expect(tails.get(pod, status)).toMatchObject({ crash: 6, lines: [{ at: at('10:00:01'), text: 'boom' }] });
  });

  it('reads again for the next crash', async () => {
    const { clock, connection, tails } = tailsOf(() => ({ body: 'boom\n' }));
    tails.want(pod, status);
    await clock.settle();
    tails.want(pod, aCrashLoopingStatus({ restartCount: 6, lastTermination: end('10:02:00') }));
    await clock.settle();
    expect(connection.requests).toHaveLength(2);
  });

  it('keeps the words of the crash before, named as such, until those of the newest were read', async () => {
    const { clock, tails } = tailsOf(() => ({ body: 'boom\n' }));
    tails.want(pod, status);
    await clock.settle();
    const next = aCrashLoopingStatus({ restartCount: 6, lastTermination: end('10:02:00') });
    expect(tails.get(pod, next)).toMatchObject({ crash: 6, lines: [{ text: 'boom' }] });
    tails.want(pod, next);
    await clock.settle();
    expect(tails.get(pod, next)).toMatchObject({ crash: 7 });
  });

  it('stays with the last crash while the container runs and is ready until the next one', async () => {
    const { clock, connection, tails } = tailsOf(() => ({ body: '2026-01-15T10:00:01Z boom\n' }));
    tails.want(pod, status);
    await clock.settle();
    const between = aContainerStatus({
      state: running(at('10:00:11')),
      ready: true,
      restartCount: 6,
      lastTermination: end('10:00:01'),
    });
    tails.want(pod, between);
    await clock.settle();
    expect(tails.get(pod, between)).toMatchObject({ crash: 6, lines: [{ text: 'boom' }] });
    expect(connection.requests).toHaveLength(1);
  });

  it.each([
    ['just ended', { state: end('10:00:01'), restartCount: 2 }],
    ['waits', { state: waiting('CrashLoopBackOff'), restartCount: 2, lastTermination: end('10:00:01') }],
    ['runs again', { state: running(at('10:00:11')), restartCount: 3, lastTermination: end('10:00:01') }],
  ])('calls a crash by the same number while the container %s', async (_state, parts) => {
    const { clock, tails } = tailsOf(() => ({ body: 'boom\n' }));
    const each = aContainerStatus(parts);
    tails.want(pod, each);
    await clock.settle();
    expect(tails.get(pod, each)).toMatchObject({ crash: 3, exitCode: 1 });
  });

  it('does not take the words of a newer instance for those of the one that was asked for', async () => {
    const { clock, tails } = tailsOf(() => ({ body: '2026-01-15T10:05:00Z another failure\n' }));
    tails.want(pod, status);
    await clock.settle();
    expect(tails.get(pod, status)).toMatchObject({
      lines: [],
      gap: expect.stringContaining('newer') as string,
    });
  });

  it('says why there is no log, and asks again after a while only', async () => {
    const { clock, connection, tails } = tailsOf(() => ({
      status: 403,
      body: {
        kind: 'Status',
        status: 'Failure',
        code: 403,
        reason: 'Forbidden',
        message: 'no pods/log for you',
      },
    }));
    tails.want(pod, status);
    await clock.settle();
    expect(tails.get(pod, status)).toMatchObject({ lines: [], gap: 'no pods/log for you' });
    await clock.advance(29_000);
    tails.want(pod, status);
    await clock.settle();
    expect(connection.requests).toHaveLength(1);
    await clock.advance(1_000);
    tails.want(pod, status);
    await clock.settle();
    expect(connection.requests).toHaveLength(2);
  });

  it('asks nothing of a container that never started', async () => {
    const { clock, connection, tails } = tailsOf(() => ({ body: '' }));
    const never = aContainerStatus({ state: waiting('ImagePullBackOff') });
    tails.want(pod, never);
    await clock.settle();
    expect(connection.requests).toEqual([]);
    expect(tails.get(pod, never)?.gap).toContain('never started');
  });
});
