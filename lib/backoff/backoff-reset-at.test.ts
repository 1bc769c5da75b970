import { describe, expect, it } from 'vitest';
import { aContainerStatus, aCrashLoopingStatus, running, terminated } from '#lib/testing/build-pod.ts';
import { at } from '#lib/testing/time.ts';
import { backoffResetAt } from './backoff-reset-at.ts';

describe('backoffResetAt', () => {
  it('is 600 s after the last restart', () => {
    const status = aContainerStatus({
      restartCount: 4,
      state: running(at('10:00:00')),
      lastTermination: terminated(),
    });
    expect(backoffResetAt(status)).toBe(at('10:10:00'));
  });

  it('does not exist for a container that was never restarted', () => {
    expect(backoffResetAt(aContainerStatus({ state: running(at('10:00:00')) }))).toBeUndefined();
  });

  it('does not exist while it does not run', () => {
    expect(backoffResetAt(aCrashLoopingStatus())).toBeUndefined();
    expect(backoffResetAt(aContainerStatus({ restartCount: 2, state: terminated() }))).toBeUndefined();
  });
});
