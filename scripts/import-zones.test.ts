import { join } from 'node:path';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const eslint = new ESLint({ cwd: ROOT });

/** Lints `code` as if it stood in an existing file; answers the rules it breaks. */
async function brokenRules(file: string, code: string): Promise<readonly string[]> {
  const [result] = await eslint.lintText(code, { filePath: join(ROOT, file) });
  return (result?.messages ?? []).flatMap(({ ruleId, fatal, message }) =>
    fatal ? `fatal: ${message}` : (ruleId ?? []),
  );
}

const importing = (module: string) => `import * as planted from '${module}';\nexport const use = planted;\n`;

describe('import zones', () => {
  // The first typed lint builds the program of the whole project.
  beforeAll(() => brokenRules('lib/model/pod.ts', ''), 120_000);

  it.each([
    ['health must not reach back to kube', 'lib/health/pod-status.ts', '#lib/kube/store.ts'],
    ['kube must not decide', 'lib/kube/store.ts', '#lib/health/pod-status.ts'],
    ['diagnosis must not know views', 'lib/diagnosis/diagnose.ts', '#lib/views/pod-row.ts'],
    ['the model imports nothing', 'lib/model/pod.ts', '#lib/contract/pods.ts'],
    ['the sandbox must not copy the answers', 'lib/sandbox/registry.ts', '#lib/diagnosis/diagnose.ts'],
    ['nor the back-off', 'lib/sandbox/kubelet/back-off.ts', '#lib/backoff/crash-loop-delay.ts'],
    ['the pure core does no I/O', 'lib/rollout/revisions-of.ts', 'node:fs'],
    ['components never see the cluster', 'components/triage/triage-screen.tsx', '#lib/kube/store.ts'],
    [
      'screens do not import each other',
      'components/triage/triage-screen.tsx',
      '#components/overview/overview-screen.tsx',
    ],
    ['routes reach clusters through the runtime only', 'app/api/pods/route.ts', '#lib/kube/store.ts'],
    ['folders are crossed by name', 'lib/health/pod-status.ts', '../model/pod.ts'],
  ])('%s', async (_rule, file, module) => {
    expect(await brokenRules(file, importing(module))).toContain('no-restricted-imports');
  });

  it('allows the direction of the data', async () => {
    expect(await brokenRules('lib/health/pod-status.ts', importing('#lib/model/pod.ts'))).toEqual([]);
  });

  it.each(['Date.now()', 'new Date()', 'Math.random()'])('%s has no place in the pure core', async (call) => {
    expect(await brokenRules('lib/health/pod-status.ts', `export const value = ${call};\n`)).toContain(
      'no-restricted-syntax',
    );
  });
});
