import { describe, expect, it } from 'vitest';
import { allowedHosts, type HostSettings } from './allowed-hosts.ts';

const local: HostSettings = {
  host: '127.0.0.1',
  port: 4180,
  allowed: [],
  interfaceAddresses: ['10.0.0.5', 'fe80::1'],
};

describe('the exact hosts and origins', () => {
  it('on loopback are its three names with the bound port', () => {
    expect(allowedHosts(local)).toEqual({
      hosts: ['localhost:4180', '127.0.0.1:4180', '[::1]:4180'],
      origins: ['http://localhost:4180', 'http://127.0.0.1:4180', 'http://[::1]:4180'],
    });
  });

  it('on one address add that address and no other', () => {
    expect(allowedHosts({ ...local, host: '10.0.0.5' }).hosts).toEqual([
      'localhost:4180',
      '127.0.0.1:4180',
      '[::1]:4180',
      '10.0.0.5:4180',
    ]);
  });

  it('on every address add those of the machine, because kubelet probes name the pod IP', () => {
    expect(allowedHosts({ ...local, host: '0.0.0.0' }).hosts).toEqual(
      expect.arrayContaining(['10.0.0.5:4180', '[fe80::1]:4180']),
    );
    expect(allowedHosts({ ...local, host: '0.0.0.0' }).hosts).not.toContain('0.0.0.0:4180');
  });

  it('take further names as given, behind http or https', () => {
    const { hosts, origins } = allowedHosts({ ...local, allowed: ['Uncrash.example'] });
    expect(hosts).toContain('uncrash.example');
    expect(origins).toEqual(expect.arrayContaining(['http://uncrash.example', 'https://uncrash.example']));
    expect(origins).not.toContain('https://localhost:4180');
  });

  it('on port 80 include the names without a port, as browsers send them', () => {
    expect(allowedHosts({ ...local, port: 80 }).hosts).toContain('localhost');
    expect(allowedHosts(local).hosts).not.toContain('localhost');
  });
});
