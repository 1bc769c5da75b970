import { describe, expect, it } from 'vitest';
import { crashed, inputOf, logOf } from '#lib/diagnosis/rule-case.fixture.ts';
import { diagnose } from '#lib/diagnosis/diagnose.ts';

const mount = { volume: 'data', mountPath: '/data', readOnly: false };

/** A container that ends after this line; `volume` is of this kind and mounted on /data. */
function denied(line: string, kind?: string) {
  const made = inputOf({
    spec: { mounts: kind === undefined ? [] : [mount] },
    status: crashed({ exitCode: 1 }),
    logs: logOf('web', line),
  });
  const { pod } = made;
  const volumes = kind === undefined ? [] : [{ name: 'data', kind, optional: false }];
  return diagnose({ ...made, pod: pod && { ...pod, template: { ...pod.template, volumes } } })[0];
}

describe('permission denied', () => {
  it('under a claim is the volume', () => {
    expect(denied('mkdir /data/loki: permission denied', 'persistentVolumeClaim')).toMatchObject({
      causeId: 'volume-permission-denied',
      certainty: 'likely',
      candidates: [],
    });
  });

  it('beside the mounts is the image', () => {
    expect(denied("EACCES: permission denied, mkdir '/app/logs'", 'persistentVolumeClaim')).toMatchObject({
      causeId: 'image-path-permission-denied',
      certainty: 'likely',
    });
  });

  it('where servers keep their data is a volume when the mounts are not known', () => {
    const found = denied('mkdir: cannot create directory ‘/var/lib/postgresql/data’: Permission denied');
    expect(found).toMatchObject({ causeId: 'volume-permission-denied', certainty: 'possible' });
    expect(found.sentence).toContain('/var/lib/postgresql/data');
    expect(found.candidates.map(({ causeId }) => causeId)).toEqual(['image-path-permission-denied']);
  });

  it('without a path that can be told both are named', () => {
    const found = denied("EACCES: permission denied, mkdir 'logs'");
    expect(found).toMatchObject({ causeId: 'image-path-permission-denied', certainty: 'possible' });
    expect(found.candidates.map(({ causeId }) => causeId)).toEqual(['volume-permission-denied']);
  });
});
