import type { DiagnosisInput } from './diagnosis-input.ts';
import { type ImageReference, parseImageReference, repositoryOf } from '#lib/rollout/image-reference.ts';
import { nearMiss } from './near-miss.ts';

/** Official images people misspell most; only used to recognise a typing error, never to suggest a tag. */
const OFFICIAL = [
  ...['alpine', 'busybox', 'debian', 'golang', 'haproxy', 'httpd', 'mariadb', 'memcached', 'mongo', 'mysql'],
  ...[
    'nginx',
    'node',
    'openjdk',
    'php',
    'postgres',
    'python',
    'rabbitmq',
    'redis',
    'registry',
    'ruby',
    'traefik',
    'ubuntu',
  ],
].map((name) => `docker.io/library/${name}`);

/** Tags in use by repository. */
type Known = ReadonlyMap<string, readonly string[]>;

function known(images: readonly string[]): Known {
  const references = images.flatMap((image) => parseImageReference(image) ?? []);
  return new Map(
    [...Map.groupBy(references, repositoryOf)].map(([repository, group]) => [
      repository,
      group.flatMap(({ tag }) => tag ?? []),
    ]),
  );
}

/** One list serves all incidents of a moment, and a large cluster runs thousands of images: each list is read once. */
const readBefore = new WeakMap<readonly string[], Known>();

function running(images: readonly string[]): Known {
  const read = readBefore.get(images) ?? known(images);
  readBefore.set(images, read);
  return read;
}

/** Images known to exist: running somewhere, or of the last good revision when that is proven. */
function knownImages({ runningImages, lastGood }: DiagnosisInput): readonly Known[] {
  const good = lastGood?.proof === 'proven' ? [known(lastGood.revision.images)] : [];
  return [running(runningImages), ...good];
}

/** Tags of this repository in use, without the one asked for; non-empty proves that the repository can be read. */
export function knownTags(input: DiagnosisInput, reference: ImageReference): string[] {
  const repository = repositoryOf(reference);
  const tags = knownImages(input).flatMap((images) => images.get(repository) ?? []);
  return [...new Set(tags)].filter((tag) => tag !== reference.tag);
}

export function isRepositoryKnown(input: DiagnosisInput, reference: ImageReference): boolean {
  return knownImages(input).some((images) => images.has(repositoryOf(reference)));
}

/** The repository somebody probably meant. Official names count for Docker Hub's official namespace only. */
export function meantRepository(input: DiagnosisInput, reference: ImageReference): string | undefined {
  const official =
    reference.registry === 'docker.io' && reference.path.startsWith('library/') ? OFFICIAL : [];
  if (official.includes(repositoryOf(reference))) return undefined;
  const repositories = knownImages(input).flatMap((images) => [...images.keys()]);
  return nearMiss(repositoryOf(reference), [...repositories, ...official]);
}
