import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunbookBlock } from '#lib/contract/runbooks.ts';
import { fillNames, runbookNames } from './fill-names.ts';

const code = (...pieces: string[]): RunbookBlock => ({ kind: 'code', language: 'sh', pieces });
const incident = (kind: string, namespace: string, name: string) => ({
  row: { workload: { kind, namespace, name } },
  finding: {},
  pods: [{ name: 'web-5f7d-abcde', node: 'worker-1', containers: [{ name: 'app' }, { name: 'proxy' }] }],
});

describe('runbookNames', () => {
  it('are those of the workload, its worst pod, and the container that is meant', () => {
    const web = { ...incident('Deployment', 'shop', 'web'), finding: { container: 'proxy' } };
    expect(runbookNames(web)).toEqual({
      NAMESPACE: 'shop',
      POD: 'web-5f7d-abcde',
      CONTAINER: 'proxy',
      NODE: 'worker-1',
      DEPLOYMENT: 'web',
    });
  });

  it('leave a container open when any of two may be meant, and a Deployment when it is none', () => {
    const names = runbookNames(incident('Job', 'data', 'import'));
    expect(names).not.toHaveProperty('CONTAINER');
    expect(names).not.toHaveProperty('DEPLOYMENT');
    expect(names.JOB).toBe('import');
  });

  it('of a node are the node itself', () => {
    expect(runbookNames({ ...incident('Node', '', 'worker-7'), pods: [] })).toEqual({ NODE: 'worker-7' });
  });

  it('never hold what a shell could take for more than a name', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const names = Object.values(runbookNames(incident('Deployment', name, name)));
        expect(names.filter((value) => /[^a-z0-9.-]/.test(value))).toEqual([]);
      }),
    );
  });
});

describe('fillNames', () => {
  const names = { NAMESPACE: 'shop', POD: 'web-1', CONTAINER: 'app' };

  it('fills commands wherever they stand, and nothing else', () => {
    const prose: RunbookBlock = { kind: 'paragraph', content: [{ kind: 'code', text: 'POD' }] };
    const blocks: RunbookBlock[] = [
      prose,
      { kind: 'list', items: [[code('kubectl logs POD -n NAMESPACE -c CONTAINER --previous')]] },
      { kind: 'quote', blocks: [code('kubectl set image deployment/DEPLOYMENT CONTAINER=IMAGE')] },
    ];
    expect(fillNames(blocks, names)).toEqual([
      prose,
      { kind: 'list', items: [[code('kubectl logs web-1 -n shop -c app --previous')]] },
      { kind: 'quote', blocks: [code('kubectl set image deployment/DEPLOYMENT app=IMAGE')] },
    ]);
  });

  it('leaves longer words and variables alone', () => {
    const piece = 'kubectl logs CNI_POD $POD POD_IP PODS MY-POD';
    expect(fillNames([code(piece)], names)).toEqual([code(piece)]);
  });
});
