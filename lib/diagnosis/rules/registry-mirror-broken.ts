import type { Candidate } from '#lib/model/finding.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { isThroughCache, mirrorIn } from '#lib/diagnosis/pull-origin.ts';
import { type PullClass, pullFailure } from '#lib/diagnosis/pull-failure.ts';
import { commandRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { parseImageReference } from '#lib/rollout/image-reference.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

/** Failures of whoever was asked; a mirror that says "not found" or "too many requests" works. */
const BROKEN: ReadonlySet<PullClass> = new Set([
  'plain-http',
  'tls',
  'dns',
  'refused',
  'unreachable',
  'timeout',
  'server-error',
  'no-registry',
  'forbidden',
  'anonymous',
  'credentials-refused',
]);
/** What a cache in front of another registry passes on without being the origin of it. */
const PASSED_ON: ReadonlySet<PullClass> = new Set(['server-error', 'no-registry', 'name-unknown']);

/** The node asks a mirror, or the image goes through a cache, and that is what fails: pull Secrets do not apply there. */
export const registryMirrorBroken: ContainerRule = (input) => {
  const failure = pullFailure(input);
  const reference = parseImageReference(input.container.spec.image);
  if (!failure?.class || !reference) return undefined;
  const mirror = BROKEN.has(failure.class) ? mirrorIn(failure.text) : undefined;
  const isPage = failure.class === 'no-registry';
  const cached = PASSED_ON.has(failure.class) && isThroughCache(reference);
  if (!mirror && !isPage && !cached) return undefined;
  const { registry, path } = reference;
  const node = input.pod.nodeName;
  return finding({
    causeId: 'registry-mirror-broken',
    certainty: mirror ? 'likely' : 'possible',
    title: mirror
      ? [`Mirror ${mirror.host} fails`, 'A registry mirror fails']
      : ['The registry cache does not deliver'],
    sentence: mirror
      ? `The node asks the mirror ${mirror.host} for images of ${mirror.of}, and the mirror fails.`
      : isPage
        ? `What answers for ${registry} is a page, no registry: a mirror, a proxy or a login page is in between.`
        : `${registry} passes on ${path} from another registry, and that does not work.`,
    raw: failure.text,
    container: input.container.spec.name,
    evidence: failure.evidence,
    candidates: mirror ? [OWN_TROUBLE] : [...(isPage ? [PROXY] : []), ORIGIN[failure.class] ?? OWN_TROUBLE],
    remedies: [
      commandRemedy(
        mirror ? `Mend ${mirror.host}, or take it out of the runtime's configuration` : 'Look at the cache',
        node ? [`kubectl describe node ${shellWord(node)}`] : [],
        'Mirrors are configured on every node (containerd: /etc/containerd/certs.d/<registry>/hosts.toml, CRI-O: registries.conf); the kubelet tries again within 5 min 15 s.',
      ),
    ],
  });
};

const OWN_TROUBLE: Candidate = {
  causeId: 'registry-server-error',
  sentence: 'The registry itself may be in trouble; the runtime asks it when the mirror fails.',
  check: 'Pull the image from another machine, past the mirror.',
};
const PROXY: Candidate = {
  causeId: 'registry-proxy-misconfigured',
  sentence: 'A proxy may answer in place of the registry.',
  check: "Look at HTTPS_PROXY and NO_PROXY of the node's runtime.",
};
const ORIGIN: Readonly<Partial<Record<PullClass, Candidate>>> = {
  'name-unknown': {
    causeId: 'image-repository-not-found',
    sentence: 'The repository may not exist behind the cache either.',
    check: 'Look for it in the registry the cache stands for.',
  },
};
