import type { Evidence } from '#lib/model/finding.ts';
import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { ContainerInput } from './diagnosis-input.ts';
import { containerEvents, eventEvidence, waitingEvidence } from './evidence.ts';
import { clip } from './wording.ts';

/** Waiting reasons of the image family. */
const PULL_REASONS: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

/**
 * What the error text says, most telling first: a text often holds several of these words ("no match for
 * platform in manifest: not found"), so the order decides. `auth` classes do not tell absent from forbidden.
 */
const CLASSES = [
  // The kubelet did not reach its own runtime; the registry was not asked.
  [
    'runtime',
    /dial unix \S{0,200}(?:containerd|crio|docker)\S{0,50}sock|Cannot connect to the Docker daemon|transport is closing|code = Unimplemented desc = unknown service runtime\./i,
  ],
  ['name-invalid', /invalid reference format|InvalidImageName/i],
  ['never-pull', /not present with pull policy of Never|ErrImageNeverPull/i],
  [
    'platform',
    /no match for platform in manifest|no matching manifest for|no image found in (?:manifest list|image index)|does not match the specified platform|cannot be used on this platform/i,
  ],
  ['rate-limit', /toomanyrequests|429 Too Many Requests|too many requests to registry|pull rate limit/i],
  ['qps', /pull QPS exceeded/i],
  ['plain-http', /server gave HTTP response to HTTPS client/i],
  ['proxy', /proxyconnect|Proxy Authentication Required/i],
  ['tls', /x509:|tls: (?:failed|handshake|bad|unknown|first record)/i],
  // Go names the server it asked ("lookup host on 10.0.0.2:53: ..."): whatever follows, the name was not resolved.
  [
    'dns',
    /no such host|server misbehaving|lookup \S{1,253} on \S{1,100}:53: |lookup \S{1,253}: (?:i\/o timeout|Temporary failure)/i,
  ],
  ['refused', /connect: connection refused|RegistryUnavailable|registry is unavailable/i],
  ['disk', /no space left on device|disk quota exceeded/i],
  [
    'signature',
    /signature was required|Source image rejected|SignatureValidationFailed|signature validation failed/i,
  ],
  // A blob refused after its manifest was served is the registry's trouble, not the credentials'.
  ['server-error', /\/blobs\/\S{1,200}:? (?:401|5\d\d)\b/i],
  ['token-expired', /authorization token has expired|token is expired|ExpiredToken/i],
  // The token service did not answer at all: that says nothing about credentials.
  [
    'unreachable',
    /fetch (?:anonymous|oauth) token: (?:Get|Post|Head) \\?"[^"\n]{1,2000}": (?:EOF|unexpected EOF|dial |read |write |net\/http|http2|remote error|context deadline)/i,
  ],
  ['server-error', /fetch (?:anonymous|oauth) token: unexpected status[^\n]{0,2000}: 5\d\d\b/i],
  // A page in place of a manifest: a portal, a proxy or the wrong path of a mirror answered, no registry.
  [
    'no-registry',
    /unexpected media type text\/html|response body: invalid character '<'|invalid character '<' looking for beginning of value/i,
  ],
  [
    'credentials-refused',
    /failed to fetch oauth token|invalid username\/password|incorrect username or password|HTTP Basic: Access denied/i,
  ],
  // The registry names the right that is missing: it knows who asks.
  ['iam', /is not authorized to perform: ecr:|does not have (?:the )?permissions? to perform action/i],
  [
    'anonymous',
    /failed to fetch anonymous token|no basic auth credentials|Unauthenticated requests? do(?:es)? not have permission/i,
  ],
  [
    'forbidden',
    /403 Forbidden|401 Unauthorized|status code \[[^\]]{0,200}\]: 40[13]|status code from registry 40[13]|parsing HTTP 40[13] response body|StatusCode: 40[13]\b|downloadArtifacts/i,
  ],
  ['manifest-unknown', /manifest unknown|manifest for \S{1,400} not found/i],
  // The distribution specification's NAME_UNKNOWN: somebody who may look says that there is no such repository.
  ['name-unknown', /name unknown|NAME_UNKNOWN|unknown: repository \S{1,300} not found/],
  [
    'denied',
    /pull access denied|insufficient_scope|requested access to the resource is denied|: denied\b|authentication required|not authorized|does not exist or no pull access|access forbidden|is not allowed access|does not have permission for|unauthorized/i,
  ],
  [
    'server-error',
    /unexpected HTTP status: 5\d\d|unexpected status\D{1,400}5\d\d|50[0234] (?:Bad Gateway|Service Unavailable|Gateway|Internal)/i,
  ],
  [
    'manifest-format',
    /schema 1 (?:not supported|image manifests)|unsupported (?:layer )?media ?type|media-type: schema 1|no processor for media-type|manifest invalid|no longer supported since containerd/i,
  ],
  [
    'corrupt',
    /unexpected commit digest|failed size validation|failed to extract layer|wrong diff id|invalid tar header|gzip: invalid header|unexpected EOF/i,
  ],
  ['short-name', /short[- ]name|while trying to pull an unqualified image/i],
  ['not-found', /: not found\s*$|not found: not found|manifest .{1,400} not found/i],
  [
    'unreachable',
    /i\/o timeout|dial tcp|network is unreachable|no route to host|TLS handshake timeout|connection reset|EOF\s*$/i,
  ],
  ['no-progress', /context canceled|no progress in/i],
  ['timeout', /context deadline exceeded/i],
  ['inspect', /^Failed to inspect image/],
] as const;

export type PullClass = (typeof CLASSES)[number][0];

/** Classes where the registry may hide whether the repository exists at all. */
export const AUTH_CLASSES: ReadonlySet<PullClass> = new Set([
  'anonymous',
  'credentials-refused',
  'forbidden',
  'denied',
]);

/** With several credentials one error each: the most telling wins, e.g. refused credentials beat the anonymous try. */
const RANK: readonly PullClass[] = [
  'name-invalid',
  'never-pull',
  'platform',
  'token-expired',
  'rate-limit',
  'iam',
  'name-unknown',
  'credentials-refused',
  'anonymous',
  'forbidden',
  'denied',
  'manifest-unknown',
  'not-found',
];

export type PullFailure = {
  /** `undefined`: nobody we know writes such a text. */
  readonly class?: PullClass;
  /** The error without "Back-off pulling image ...". */
  readonly text: string;
  /** The image the kubelet names; not that of the container when a volume of kind `image` is meant. */
  readonly image?: string;
  readonly evidence: readonly Evidence[];
};

/** Twenty rules ask; a container is read once. */
const READ = new WeakMap<ContainerInput, PullFailure | null>();

/** Why the image of this container cannot be had; `undefined` when that is not its problem. */
export function pullFailure(input: ContainerInput): PullFailure | undefined {
  const known = READ.get(input);
  if (known !== undefined) return known ?? undefined;
  const failure = readFailure(input);
  READ.set(input, failure ?? null);
  return failure;
}

function readFailure(input: ContainerInput): PullFailure | undefined {
  const { state } = input.container.status;
  if (state.kind !== 'waiting' || !PULL_REASONS.has(state.reason)) return undefined;
  const proof = waitingEvidence(input.container);
  const message = pullErrorText(clip(state.message ?? ''));
  const classOf = state.reason === 'ImageInspectError' ? inspectClass : classify;
  if (message !== undefined) {
    const image = QUOTED.exec(state.message ?? '')?.[1];
    return { class: classOf(message) ?? classOfReason(state.reason), text: message, image, evidence: proof };
  }
  // Kubelets before 1.32 keep the error in the event only.
  const failed = tellingEvent(input);
  const text = failed ? errorOf(failed) : (state.message ?? '');
  return {
    class: classOf(text) ?? classOfReason(state.reason),
    text,
    image: QUOTED.exec(failed?.message ?? state.message ?? '')?.[1],
    evidence: [...proof, ...(failed ? [eventEvidence(failed)] : [])],
  };
}

/** How the kubelet begins: `Back-off pulling image "x"`, `Failed to pull image "x"`, `Container image "x" is not present`. */
const QUOTED = /^(?:Back-off pulling|Failed to pull|Failed to inspect|Container) image "([^"]{1,4096})"/;

/** The runtime looks at its own store: only names it cannot read, and a runtime that is gone, are causes of another kind. */
function inspectClass(text: string): PullClass {
  const said = classify(text);
  return said === 'name-invalid' || said === 'short-name' || said === 'runtime' ? said : 'inspect';
}

/** The error inside a waiting message; `undefined` when the message only says that the kubelet waits. */
export function pullErrorText(message: string): string | undefined {
  const backOff = /^Back-off pulling image "[^"]*"(?:: (\w+): ([\s\S]*))?$/.exec(message);
  if (backOff) return backOff[2];
  return message === '' ? undefined : message;
}

/** Exported for the table test. */
export function classify(text: string): PullClass | undefined {
  const found = new Set(
    elements(clip(text)).map((part) => CLASSES.find(([, pattern]) => pattern.test(part))?.[0]),
  );
  found.delete(undefined);
  return RANK.find((rank) => found.has(rank)) ?? [...found][0];
}

/** `[err1, err2]` is how the kubelet joins the errors of several credentials. */
function elements(text: string): string[] {
  const inner = /^\[([\s\S]*)\]$/.exec(text.trim())?.[1];
  if (inner === undefined) return [text];
  return inner.split(
    /, (?=rpc error:|failed to |initializing source|pinging |unauthorized|denied|reading manifest)/,
  );
}

function classOfReason(reason: string): PullClass | undefined {
  if (reason === 'InvalidImageName') return 'name-invalid';
  if (reason === 'ErrImageNeverPull') return 'never-pull';
  return undefined;
}

const errorOf = ({ message }: KubeEvent): string =>
  clip(message).replace(/^Failed to pull image "[^"]*": /, '');

/** Of several attempts the one whose error tells most: the answer changes while credentials are being mended. */
function tellingEvent(input: ContainerInput): KubeEvent | undefined {
  const failures = [
    ...containerEvents(input, 'Failed').filter(({ message }) => message.startsWith('Failed to pull image')),
    ...containerEvents(input, 'InspectFailed'),
  ].toSorted((a, b) => b.lastAt - a.lastAt);
  const rank = (event: KubeEvent) => {
    const index = RANK.findIndex((name) => name === classify(errorOf(event)));
    return index < 0 ? RANK.length : index;
  };
  const newest = failures[0];
  // Only what was said together counts: an error of yesterday was another error.
  const together = failures.filter(
    ({ lastAt }) => newest !== undefined && newest.lastAt - lastAt < TOGETHER_MS,
  );
  return together.toSorted((a, b) => rank(a) - rank(b))[0];
}

const TOGETHER_MS = 60_000;
