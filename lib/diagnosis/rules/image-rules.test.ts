import { describe, expect, it } from 'vitest';
import { aNode } from '#lib/testing/build-cluster.ts';
import { waiting } from '#lib/testing/build-pod.ts';
import { primary, WEB, NOT_FOUND, backOff, HUB_DENIED, lastGood } from '#lib/diagnosis/rule-case.fixture.ts';

describe('image family', () => {
  it('names a missing tag, and offers undo and the last good image', () => {
    const found = primary({
      spec: { image: WEB },
      status: backOff(WEB, NOT_FOUND),
      lastGood,
      changes: [{ path: 'containers[web].image', before: 'ghcr.io/acme/web:0.2.1', after: WEB }],
    });
    expect(found).toMatchObject({
      causeId: 'image-tag-not-found',
      certainty: 'likely',
      sentence: 'The tag does-not-exist is not in ghcr.io/acme/web.',
      raw: NOT_FOUND,
      candidates: [],
    });
    expect(found.remedies.map(({ action }) => action)).toEqual([
      { type: 'rollback', toRevision: 6 },
      { type: 'set-image', container: 'web', image: 'ghcr.io/acme/web:0.2.1' },
      undefined,
    ]);
    expect(found.remedies[0]?.commands).toEqual([
      'kubectl rollout undo deployment/web -n shop --to-revision=6',
    ]);
  });

  it('does not claim the repository exists when nothing in the cluster uses it', () => {
    const found = primary({ spec: { image: WEB }, status: backOff(WEB, NOT_FOUND) });
    expect(found).toMatchObject({ causeId: 'image-tag-not-found', certainty: 'possible' });
    expect(found.candidates.map(({ causeId }) => causeId)).toEqual(['image-repository-not-found']);
  });

  it('proposes a tag one letter away that is in use', () => {
    const image = 'ghcr.io/acme/web:1.4.22';
    const found = primary({
      spec: { image },
      status: backOff(image, `${image}: not found`),
      runningImages: ['ghcr.io/acme/web:1.4.2'],
    });
    expect(found.sentence).toBe('The tag 1.4.22 is not in ghcr.io/acme/web; 1.4.2 is.');
    expect(found.remedies[0]?.action).toEqual({
      type: 'set-image',
      container: 'web',
      image: 'ghcr.io/acme/web:1.4.2',
    });
  });

  it('reads the error from the event of an older kubelet', () => {
    const found = primary({
      spec: { image: WEB },
      status: { state: waiting('ImagePullBackOff', `Back-off pulling image "${WEB}"`) },
      podEvents: [
        {
          reason: 'Failed',
          message: `Failed to pull image "${WEB}": rpc error: code = NotFound desc = ${NOT_FOUND}`,
        },
      ],
    });
    expect(found.causeId).toBe('image-tag-not-found');
    expect(found.evidence.map(({ kind }) => kind)).toContain('event');
  });

  it('tells a missing platform from a missing tag, though both texts end in "not found"', () => {
    const error = 'failed to resolve: no match for platform in manifest: not found';
    const found = primary({
      spec: { image: WEB },
      status: backOff(WEB, error),
      nodes: [aNode({ architecture: 'arm64' })],
    });
    expect(found).toMatchObject({ causeId: 'image-platform-mismatch', title: 'Image has no arm64 variant' });
  });

  it('recognises a misspelled official image, and never suggests its tag', () => {
    const found = primary({
      spec: { image: 'nginy:14.2.3' },
      status: backOff('nginy:14.2.3', HUB_DENIED('nginy:14.2.3')),
    });
    expect(found).toMatchObject({ causeId: 'image-repository-not-found', certainty: 'likely' });
    expect(found.sentence).toBe(
      'docker.io/library/nginy does not seem to exist; docker.io/library/nginx does.',
    );
    expect(JSON.stringify(found.remedies)).not.toContain('nginx:');
  });

  it.each([
    ['https://ghcr.io/acme/web:1', 'starts with a URL scheme'],
    ['web:${TAG}', 'placeholder'],
    ['acme/Web:1', 'upper-case'],
  ])('shows what is wrong with the name %s', (image, clause) => {
    const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`;
    const found = primary({ spec: { image }, status: { state: waiting('InvalidImageName', message) } });
    expect(found).toMatchObject({ causeId: 'image-name-invalid', certainty: 'proven' });
    expect(found.sentence).toContain(clause);
  });

  it('reports the pull limit before the "unexpected status" around it', () => {
    const error =
      'unexpected status code: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit';
    expect(primary({ spec: { image: 'redis:7' }, status: backOff('redis:7', error) }).causeId).toBe(
      'registry-rate-limited',
    );
  });

  it('names the host a node cannot resolve, and the one others use', () => {
    const image = 'ghrc.io/acme/web:1';
    const error = `failed to do request: Head "https://ghrc.io/v2/acme/web/manifests/1": dial tcp: lookup ghrc.io: no such host`;
    const found = primary({
      spec: { image },
      status: backOff(image, error),
      runningImages: ['ghcr.io/acme/api:3'],
    });
    expect(found).toMatchObject({
      causeId: 'registry-dns-failure',
      sentence: 'The node finds no host ghrc.io; other pods use ghcr.io.',
    });
  });
});
