import type { Pod } from './client/objects.ts';
import { epochMs } from './client/time.ts';
import { credentialsFor, type Credential, type Secrets } from './credentials.ts';
import { digestOf, parseImage, type ImageReference } from './image-reference.ts';
import type { PullOutcome } from './kubelet/record.ts';
import { IMAGES, type Image } from './programs/images.ts';
import { pullError, registryHost, unknownHost, type PullFailure } from './registry-hosts.ts';

type Context = {
  readonly pod: Pod;
  readonly secrets: Secrets;
  /** Epoch ms; absent: tokens do not expire. */
  readonly now?: number;
  readonly chance: (...keys: readonly (string | number)[]) => number;
};

/**
 * One pull, as containerd reports it. The error texts are those of containerd's resolver; registries that hide
 * private repositories answer alike for absent and forbidden ones. Undefined when the reference does not parse.
 */
export function pullImage(image: string, context: Context): PullOutcome | undefined {
  const reference = parseImage(image);
  if (!reference) return undefined;
  const speed = context.chance(context.pod.metadata.uid, image, 'pull');
  const known = IMAGES[reference.repository];
  const opened = open(reference, known, context);
  if ('stage' in opened) {
    const quickMs = 300 + Math.floor(900 * speed);
    const error = pullError(reference, opened);
    return { tookMs: opened.stage === 'resolve' ? (opened.afterMs ?? quickMs) : 20 * quickMs, error };
  }
  const bytes = known?.bytes ?? 0;
  return {
    tookMs: 500 + Math.floor((bytes / 60_000) * (0.7 + 0.6 * speed)),
    bytes,
    digest: digestOf(reference),
    ...(opened.credential ? { credential: opened.credential.id } : {}),
  };
}

type Opened = { readonly credential?: Credential };
type Refused = PullFailure & { readonly afterMs?: number };

function open(reference: ImageReference, known: Image | undefined, context: Context): Opened | Refused {
  const resolve = (why: string): Refused => ({ stage: 'resolve', why });
  const host = registryHost(reference);
  if (!host) return resolve(unknownHost(reference));
  if (host.down)
    return { ...resolve(host.down(reference)), ...(host.downAfterMs ? { afterMs: host.downAfterMs } : {}) };
  const credentials = credentialsFor(context.pod, context.secrets, reference.repository);
  // Known credentials are offered also where none are needed, and refused where they are wrong.
  if (!known || known.isPrivate) {
    if (credentials.length === 0) return resolve(host.denial.anonymous(reference));
    if (!known) return resolve(absentFor(reference, host.denial.refused(reference)));
    const valid = credentials.find((credential) => isValid(credential, host.tokenLifeMs, context));
    if (!valid) return resolve(host.denial.refused(reference));
    return tagOf(reference, known) ?? { credential: valid };
  }
  return tagOf(reference, known) ?? {};
}

/** Whom the registry knows learns that there is no such repository; ghcr.io and ECR say so with a 404. */
function absentFor(reference: ImageReference, refused: string): string {
  return reference.registry === 'docker.io' ? refused : `${reference.full}: not found`;
}

function tagOf(reference: ImageReference, { tags, failures = {} }: Image): Refused | undefined {
  const { tag, digest, full } = reference;
  if (digest === undefined && !tags.includes(tag)) {
    return failures[tag] ?? { stage: 'resolve', why: `${full}: not found` };
  }
  return undefined;
}

/**
 * Passwords that say so themselves are wrong. Tokens of cloud registries die of old age: they carry the end of their
 * life in seconds, and one that does not is as old as its Secret.
 */
function isValid(
  { password, id }: Credential,
  tokenLifeMs: number | undefined,
  { secrets, now }: Context,
): boolean {
  if (/revoked|expired|wrong|invalid/.test(password)) return false;
  if (tokenLifeMs === undefined) return true;
  const expiration = expirationOf(password);
  if (expiration !== undefined) return now === undefined || now < expiration;
  const [namespace, name = ''] = id.split('/');
  const createdAt = epochMs(secrets.get(namespace, name)?.metadata.creationTimestamp);
  return now === undefined || now - createdAt < tokenLifeMs;
}

/** Epoch ms, from the JSON an ECR token is the base64 of. */
function expirationOf(password: string): number | undefined {
  const match = /"expiration":\s*(\d+)/.exec(Buffer.from(password, 'base64').toString('utf8'));
  return match ? Number(match[1]) * 1000 : undefined;
}
