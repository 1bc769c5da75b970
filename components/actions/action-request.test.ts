import { describe, expect, it } from 'vitest';
import { anIncidentView } from '#components/fixtures/incident-view.ts';
import { incidentRows } from '#components/fixtures/incident-rows.ts';
import type { ActionRequest } from './action-request.ts';
import { containersOf, wantedOf } from './action-request.ts';

const [view] = incidentRows().map((row) => anIncidentView(row));
const [pod] = view?.pods ?? [];
const [container] = pod?.containers ?? [];

const offering = (image: string): ActionRequest => ({
  target: { kind: 'Deployment', namespace: 'shop', name: 'web' },
  containers: [{ name: 'app', image: 'web:bad' }],
  offer: {
    type: 'set-image',
    label: 'Set image',
    spec: { type: 'set-image', container: 'app', image },
    refusals: [],
    kubectl: '',
  },
});

describe('containersOf', () => {
  it('takes the image of a pod that is not ready, wherever it stands in the list', () => {
    if (!view || !pod || !container) throw new Error('the fixture has a pod with a container');
    const bad = { ...pod, containers: [{ ...container, name: 'app', image: 'web:bad', ready: false }] };
    const good = { ...pod, containers: [{ ...container, name: 'app', image: 'web:good', ready: true }] };
    expect(containersOf({ ...view, pods: [bad, good] })).toEqual([{ name: 'app', image: 'web:bad' }]);
    expect(containersOf({ ...view, pods: [good, bad] })).toEqual([{ name: 'app', image: 'web:bad' }]);
  });
});

describe('wantedOf', () => {
  it('checks a named image at once and waits for one to be typed otherwise', () => {
    expect(wantedOf(offering('web:good'))).toEqual({
      type: 'set-image',
      container: 'app',
      image: 'web:good',
    });
    expect(wantedOf(offering('web:bad'))).toBeUndefined();
  });
});
