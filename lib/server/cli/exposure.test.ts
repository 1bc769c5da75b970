import { describe, expect, it } from 'vitest';
import { exposure } from './exposure.ts';

const LOCAL = { host: '127.0.0.1', insecureNoAuth: false, readOnly: false };

describe('who can reach the dashboard', () => {
  it.each(['127.0.0.1', '127.0.0.2', '::1', 'localhost'])('%s is this machine only', (host) => {
    expect(exposure({ ...LOCAL, host }, false)).toEqual({ readOnly: false, exposed: false });
  });

  it.each(['0.0.0.0', '::', '10.0.0.5', 'myhost', '127.0.0.1.nip.io', 'localhost.evil', '127.1.1'])(
    '%s is refused without --insecure-no-auth',
    (host) => {
      expect(exposure({ ...LOCAL, host }, false)).toEqual({
        refusal: expect.stringContaining(`--host ${host} lets others reach`) as unknown,
      });
    },
  );

  it('a pod is refused without --insecure-no-auth, on loopback too: its neighbours share it', () => {
    expect(exposure(LOCAL, true)).toHaveProperty('refusal');
  });

  it.each([
    ['beyond this machine', { ...LOCAL, host: '0.0.0.0', insecureNoAuth: true }, false],
    ['in a pod', { ...LOCAL, insecureNoAuth: true }, true],
  ])('%s, when accepted, nothing can be changed', (_where, options, inCluster) => {
    expect(exposure(options, inCluster)).toEqual({ readOnly: true, exposed: true });
  });

  it('--read-only is kept on this machine', () => {
    expect(exposure({ ...LOCAL, readOnly: true }, false)).toEqual({ readOnly: true, exposed: false });
  });
});
