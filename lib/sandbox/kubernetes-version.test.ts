import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { KUBERNETES_VERSION } from './kubernetes-version.ts';

it('is the version of the control plane that the sandbox is compared with', () => {
  const manifest = readFileSync(join(import.meta.dirname, '../../e2e/control-plane/go.mod'), 'utf8');
  const [, compared] = /k8s\.io\/kubernetes (v\d+\.\d+\.\d+)/.exec(manifest) ?? [];
  expect(KUBERNETES_VERSION).toBe(`${compared}+sandbox`);
});
