import { finding } from '#lib/diagnosis/finding.ts';
import { parseImageReference } from '#lib/rollout/image-reference.ts';
import { nearMiss } from '#lib/diagnosis/near-miss.ts';
import { pullFailure } from '#lib/diagnosis/pull-failure.ts';
import { lastGoodImage, rollbackRemedy, setImageRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';

const isText = (text: string | undefined): text is string => text !== undefined;

/** The node's resolver is asked, not the cluster's DNS. The host in the text may be a mirror or a redirect. */
export const registryDnsFailure: ContainerRule = (input) => {
  const { container, runningImages } = input;
  const failure = pullFailure(input);
  if (failure?.class !== 'dns') return undefined;
  const registry = parseImageReference(container.spec.image)?.registry ?? 'the registry';
  const host = /lookup ([A-Za-z0-9.-]{1,253})/.exec(failure.text)?.[1] ?? registry;
  const known = runningImages.map((image) => parseImageReference(image)?.registry).filter(isText);
  const meant = nearMiss(host, known);
  const missing = /no such host/i.test(failure.text);
  return finding({
    causeId: 'registry-dns-failure',
    certainty: 'likely',
    title: [`Node cannot resolve ${host}`, 'Node cannot resolve the registry'],
    sentence: meant
      ? `The node finds no host ${host}; other pods use ${meant}.`
      : `The node ${missing ? 'finds no host' : 'cannot resolve'} ${host}.`,
    raw: failure.text,
    container: container.spec.name,
    evidence: failure.evidence,
    candidates: [
      {
        causeId: 'image-repository-not-found',
        sentence: `The host ${host} may be misspelled.`,
        check: `Compare with the image of the last good revision; resolve ${host} from another machine.`,
      },
    ],
    remedies: [
      ...rollbackRemedy(input),
      ...setImageRemedy(input, container, lastGoodImage(input, container)),
    ],
  });
};
