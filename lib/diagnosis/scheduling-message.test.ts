import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSchedulingMessage } from './scheduling-message.ts';

describe('parseSchedulingMessage', () => {
  it('keeps a taint with commas in one piece and leaves the preemption part out', () => {
    const message =
      '0/4 nodes are available: 1 node(s) had untolerated taint {a/b: x, 2 y}, 3 Insufficient memory. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.';
    expect(parseSchedulingMessage(message)).toEqual({
      nodes: 4,
      reasons: [
        { count: 1, text: 'node(s) had untolerated taint {a/b: x, 2 y}' },
        { count: 3, text: 'Insufficient memory' },
      ],
    });
  });

  it.each<[string, string]>([
    [
      '1 node(s) had untolerated taint(s), 3 Insufficient cpu. no new claims to deallocate, preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.',
      'Insufficient cpu',
    ],
    [
      'pod has unbound immediate PersistentVolumeClaims. not found',
      'pod has unbound immediate PersistentVolumeClaims',
    ],
    ['3 Insufficient cpu.', 'Insufficient cpu'],
  ])('leaves out what 1.35 adds: %s', (rest, last) => {
    const { reasons = [] } = parseSchedulingMessage(`0/4 nodes are available: ${rest}`) ?? {};
    expect(reasons.at(-1)?.text).toBe(last);
  });

  it('leaves out what other plugins say before preemption, as 1.35 has it', () => {
    const message =
      '0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 Insufficient memory. no new claims to deallocate, preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.';
    expect(parseSchedulingMessage(message)).toEqual({
      nodes: 4,
      reasons: [
        { count: 1, text: 'node(s) had untolerated taint(s)' },
        { count: 3, text: 'Insufficient memory' },
      ],
    });
  });

  it('takes a message without counts for all nodes', () => {
    expect(
      parseSchedulingMessage('0/3 nodes are available: persistentvolumeclaim "data" not found.'),
    ).toEqual({
      nodes: 3,
      reasons: [{ count: 3, text: 'persistentvolumeclaim "data" not found' }],
    });
  });

  it.each(['no nodes available to schedule pods', '', 'Kein Knoten passt.'])('does not read "%s"', (text) => {
    expect(parseSchedulingMessage(text)).toBeUndefined();
  });

  it('gets back the list it was made from', () => {
    const reason = fc.constantFrom(
      'Insufficient cpu',
      'node(s) were unschedulable',
      'node(s) had untolerated taint {k: v}',
      'Too many pods',
    );
    const list = fc.array(fc.record({ count: fc.integer({ min: 1, max: 999 }), text: reason }), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(list, fc.integer({ min: 1, max: 5000 }), (reasons, nodes) => {
        const text = reasons.map(({ count, text: words }) => `${count} ${words}`).join(', ');
        expect(parseSchedulingMessage(`0/${nodes} nodes are available: ${text}.`)).toEqual({
          nodes,
          reasons,
        });
      }),
    );
  });
});
