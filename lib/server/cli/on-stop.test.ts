import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { onStop } from './on-stop.ts';

function process(connected = false) {
  const source = Object.assign(new EventEmitter(), { connected });
  const clock = { now: 1_000 };
  const stop = vi.fn();
  const kill = vi.fn();
  onStop({ stop, kill, source, now: () => clock.now });
  const send = (signal: string, afterMs = 0) => {
    clock.now += afterMs;
    source.emit(signal);
    return { stopped: stop.mock.calls.length, killed: kill.mock.calls.length };
  };
  return { source, send };
}

describe('stopping', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s asks once', (signal) => {
    expect(process().send(signal)).toEqual({ stopped: 1, killed: 0 });
  });

  it('takes one Ctrl-C for one, though terminal, npm and launcher each deliver it', () => {
    const { send } = process();
    send('SIGINT');
    send('SIGINT', 5);
    expect(send('SIGTERM', 20)).toEqual({ stopped: 1, killed: 0 });
  });

  it('ends at once when asked again', () => {
    const { send } = process();
    send('SIGINT');
    expect(send('SIGINT', 800)).toEqual({ stopped: 1, killed: 1 });
  });

  it('follows its launcher', () => {
    expect(process(true).send('disconnect')).toEqual({ stopped: 1, killed: 0 });
    expect(process(false).source.listenerCount('disconnect')).toBe(0);
  });
});
