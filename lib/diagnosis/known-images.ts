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

/** Images known to exist: running somewhere, or of the last good revision when that is proven. */
function knownReferences({ runningImages, lastGood }: DiagnosisInput): ImageReference[] {
  const good = lastGood?.proof === 'proven' ? lastGood.revision.images : [];
  return [...runningImages, ...good].flatMap((image) => parseImageReference(image) ?? []);
}

/** Tags of this repository in use, without the one asked for; non-empty proves that the repository can be read. */
export function knownTags(input: DiagnosisInput, reference: ImageReference): string[] {
  const repository = repositoryOf(reference);
  const tags = knownReferences(input)
    .filter((known) => repositoryOf(known) === repository)
    .flatMap(({ tag }) => tag ?? []);
  return [...new Set(tags)].filter((tag) => tag !== reference.tag);
}

export function isRepositoryKnown(input: DiagnosisInput, reference: ImageReference): boolean {
  return knownReferences(input).some((known) => repositoryOf(known) === repositoryOf(reference));
}

/** The repository somebody probably meant. Official names count for Docker Hub's official namespace only. */
export function meantRepository(input: DiagnosisInput, reference: ImageReference): string | undefined {
  const official =
    reference.registry === 'docker.io' && reference.path.startsWith('library/') ? OFFICIAL : [];
  if (official.includes(repositoryOf(reference))) return undefined;
  return nearMiss(repositoryOf(reference), [...knownReferences(input).map(repositoryOf), ...official]);
}
