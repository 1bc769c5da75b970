import { describe, expect, it } from 'vitest';
import { clusterUsers, tokenFile } from './cluster-users.ts';

describe('the token file', () => {
  it('names users, uids and groups as the sandbox does; the API server adds system:authenticated itself', () => {
    const users = clusterUsers();
    const lines = tokenFile(users).split('\n');
    for (const { token, user } of users.accounts) {
      const groups = user.groups.filter((group) => group !== 'system:authenticated');
      const expected = [token, user.name, user.uid ?? '', ...groups.map((group) => `"${group}"`)].join();
      expect(lines).toContain(expected);
    }
  });
  it('has no empty group, which would be a group without a name', () => {
    expect(tokenFile(clusterUsers())).not.toMatch(/,(""|)$/m);
  });
});
