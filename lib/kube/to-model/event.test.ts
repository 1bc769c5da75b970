import { describe, expect, it } from 'vitest';
import type { ToModelContext } from './context.ts';
import { toEvent } from './event.ts';
import { createValueHash } from './value-hash.ts';

const context: ToModelContext = { hash: createValueHash(Buffer.from('k')), odd: () => undefined };

describe('toEvent', () => {
  const base = {
    metadata: {
      name: 'web.17a',
      namespace: 'shop',
      uid: 'e1',
      resourceVersion: '9',
      creationTimestamp: '2026-11-21T02:00:00Z',
    },
    type: 'Warning',
    reason: 'BackOff',
  };
  const regarding = {
    kind: 'Pod',
    namespace: 'shop',
    name: 'web',
    uid: 'p1',
    fieldPath: 'spec.initContainers{migrate}',
  };
  const at = (minute: number) => Date.UTC(2026, 10, 21, 2, minute);

  it.each([
    [
      'kubelet: count and timestamps',
      {
        ...base,
        involvedObject: regarding,
        message: 'Back-off',
        source: { component: 'kubelet', host: 'node-1' },
        firstTimestamp: '2026-11-21T02:01:00Z',
        lastTimestamp: '2026-11-21T02:09:00Z',
        count: 12,
        eventTime: null,
        reportingComponent: '',
      },
      { component: 'kubelet', firstAt: at(1), lastAt: at(9), count: 12, message: 'Back-off' },
    ],
    [
      'scheduler: eventTime and series',
      {
        ...base,
        involvedObject: regarding,
        message: '0/3 nodes',
        source: {},
        firstTimestamp: null,
        lastTimestamp: null,
        eventTime: '2026-11-21T02:02:00.123456Z',
        series: { count: 5, lastObservedTime: '2026-11-21T02:08:00.000001Z' },
        reportingComponent: 'default-scheduler',
      },
      { component: 'default-scheduler', firstAt: at(2) + 123, lastAt: at(8), count: 5, message: '0/3 nodes' },
    ],
    [
      'events.k8s.io: regarding, note, deprecated fields',
      {
        ...base,
        regarding,
        note: 'Scaled up',
        deprecatedSource: { component: 'deployment-controller' },
        deprecatedFirstTimestamp: '2026-11-21T02:03:00Z',
        deprecatedLastTimestamp: '2026-11-21T02:04:00Z',
        deprecatedCount: 2,
        eventTime: '0001-01-01T00:00:00Z',
      },
      { component: 'deployment-controller', firstAt: at(3), lastAt: at(4), count: 2, message: 'Scaled up' },
    ],
    [
      'nothing but a creation time',
      { ...base, involvedObject: regarding },
      { component: '', firstAt: at(0), lastAt: at(0), count: 1, message: '' },
    ],
  ])('%s', (_name, object, expected) => {
    expect(toEvent(object, context)).toMatchObject({
      uid: 'e1',
      resourceVersion: '9',
      type: 'Warning',
      reason: 'BackOff',
      regarding: { kind: 'Pod', uid: 'p1', container: 'migrate' },
      ...expected,
    });
  });

  it('masks credentials that a registry quotes back', () => {
    const message = 'Failed to pull image "x": Get "https://robot:hunter2@registry.example/v2/": 401';
    const event = toEvent({ ...base, involvedObject: regarding, message }, context);
    expect(event.message).toContain('https://***@registry.example/v2/');
    expect(JSON.stringify(event)).not.toContain('hunter2');
  });
});
