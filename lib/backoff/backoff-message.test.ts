import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMessage } from './backoff-message.ts';

describe('backoffMessage', () => {
  it('reads the waiting message of current kubelets', () => {
    expect(
      backoffMessage('back-off 2m40s restarting failed container=api pod=api-6f-x_shop(0b1c-22)'),
    ).toEqual({ delayMs: 160_000, container: 'api', pod: 'api-6f-x', namespace: 'shop', podUid: '0b1c-22' });
  });

  it('reads the event, which names no delay', () => {
    expect(backoffMessage('Back-off restarting failed container api in pod api-6f-x_shop(0b1c)')).toEqual({
      container: 'api',
      pod: 'api-6f-x',
      namespace: 'shop',
      podUid: '0b1c',
      delayMs: undefined,
    });
  });

  it('reads the delay of old kubelets', () => {
    const old = backoffMessage('Back-off 40s restarting failed container=web pod=web-1_default(77)');
    expect(old).toMatchObject({ delayMs: 40_000, container: 'web', namespace: 'default' });
    expect(backoffMessage('Back-off 5m0s restarting failed container=web')).toMatchObject({
      delayMs: 300_000,
      container: 'web',
    });
  });

  it.each(['Back-off restarting failed container', 'Back-off restarting failed docker container'])(
    'knows the oldest event without any names: %s',
    (text) => expect(backoffMessage(text)).toMatchObject({ delayMs: undefined, pod: undefined }),
  );

  it.each([
    '',
    'Back-off pulling image "nginx"',
    'back-off soon restarting failed container=api pod=a_b(c)',
    'context deadline exceeded',
  ])('is silent about %j', (text) => expect(backoffMessage(text)).toBeUndefined());

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (tail) => {
        backoffMessage(tail);
        backoffMessage(`back-off ${tail}`);
        backoffMessage(`back-off 10s restarting failed container=${tail}`);
      }),
    );
  });
});
