import { deployment, namespace, pullSecret, service } from './manifests.ts';
import { after, defineScenario, MINUTE, SECOND, type Scenario } from './scenario.ts';
import { job } from './workload-manifests.ts';

const newsletter = (tag: string) =>
  deployment('content/newsletter', {
    image: `ghcr.io/acme/newsletter:${tag}`,
    health: '/healthz',
    cause: `release ${tag}`,
  });

const imageNameInvalid = defineScenario({
  id: 'image-name-invalid',
  cause: 'image-name-invalid',
  title: 'newsletter is rolled out with a variable nobody filled in',
  story:
    'The pipeline applied the manifest without running envsubst first, so the tag is the text ${IMAGE_TAG}. The kubelet refuses the name before it asks any registry.',
  seed: [namespace('content'), service('content/newsletter', 80, 8080), newsletter('1.2.1')],
  script: [after(29 * MINUTE, 'kubectl apply -f newsletter.yaml', newsletter('${IMAGE_TAG}'))],
  expect: {
    namespace: 'content',
    workload: 'newsletter',
    reason: 'InvalidImageName',
    says: 'couldn\'t parse image name "ghcr.io/acme/newsletter:${IMAGE_TAG}": invalid reference format',
  },
});

const ghcrLogin = pullSecret('fulfilment/ghcr-login', {
  'ghcr.io': { username: 'acme-deploy', password: 'read-packages' },
});

const shipments = (repository: string, tag: string) =>
  deployment('fulfilment/shipments', {
    image: `ghcr.io/acme/${repository}:${tag}`,
    replicas: 3,
    health: '/healthz',
    cause: `release ${tag}`,
    pod: { imagePullSecrets: [{ name: 'ghcr-login' }] },
  });

const imageRepositoryAbsent = defineScenario({
  id: 'image-repository-absent',
  cause: 'image-repository-not-found',
  title: 'shipments is rolled out from a repository with two letters swapped',
  story:
    'The manifest says ghcr.io/acme/shipmnets. The registry knows the account and no such repository, so it answers not found.',
  seed: [
    namespace('fulfilment'),
    ghcrLogin,
    service('fulfilment/shipments', 80, 8080),
    shipments('shipments', '2.0.1'),
  ],
  script: [after(21 * MINUTE + 10 * SECOND, 'release 2.1.0', shipments('shipmnets', '2.1.0'))],
  expect: {
    namespace: 'fulfilment',
    workload: 'shipments',
    reason: 'ImagePullBackOff',
    says: 'ghcr.io/acme/shipmnets:2.1.0: not found',
  },
});

const docsSite = (image: string) =>
  deployment('content/docs-site', {
    image,
    replicas: 1,
    port: 80,
    memory: '64Mi',
    cause: `serve the handbook with ${image}`,
  });

const imageHubTypo = defineScenario({
  id: 'image-hub-typo',
  cause: 'image-repository-not-found',
  title: 'docs-site asks Docker Hub for nginy',
  story:
    'A slip of the finger in the name of a public image. Docker Hub tells strangers alike what is private and what is not there.',
  seed: [namespace('content'), service('content/docs-site', 80), docsSite('nginx:1.27-alpine')],
  script: [after(26 * MINUTE + 30 * SECOND, 'kubectl set image', docsSite('nginy:1.28-alpine'))],
  expect: {
    namespace: 'content',
    workload: 'docs-site',
    reason: 'ImagePullBackOff',
    says: 'pull access denied, repository does not exist or may require authorization',
  },
});

const gpuWorker = (tag: string) =>
  deployment('ml/gpu-worker', {
    image: `ghcr.io/acme/gpu-worker:${tag}`,
    memory: '512Mi',
    cause: `release ${tag}`,
  });

const imageWrongPlatform = defineScenario({
  id: 'image-wrong-platform',
  cause: 'image-platform-mismatch',
  title: 'gpu-worker 2.0.0 was built for arm64 only',
  story:
    'Somebody pushed the release from a laptop. The manifest list has no entry for the amd64 nodes of this cluster.',
  seed: [namespace('ml'), gpuWorker('1.9.0')],
  script: [after(17 * MINUTE, 'release 2.0.0', gpuWorker('2.0.0'))],
  expect: {
    namespace: 'ml',
    workload: 'gpu-worker',
    reason: 'ImagePullBackOff',
    says: 'no match for platform in manifest',
  },
});

const modelServer = (tag: string) =>
  deployment('ml/model-server', {
    image: `ghcr.io/acme/model-server:${tag}`,
    replicas: 1,
    memory: '1Gi',
    cause: `model of ${tag}`,
  });

const diskFullOnPull = defineScenario({
  id: 'disk-full-on-pull',
  cause: 'node-disk-full-on-pull',
  title: 'model-server 9.0.0 carries its weights and no node has room for them',
  story:
    'The image grew to some ninety gigabytes. Every download ends when the layer is unpacked: no space left on device.',
  seed: [namespace('ml'), service('ml/model-server', 80, 8080), modelServer('8.4.0')],
  script: [after(32 * MINUTE, 'release 9.0.0', modelServer('9.0.0'))],
  expect: {
    namespace: 'ml',
    workload: 'model-server',
    reason: 'ImagePullBackOff',
    says: 'no space left on device',
  },
});

const neverPulled = defineScenario({
  id: 'image-never-pulled',
  cause: 'image-never-pull-absent',
  title: 'fixture-loader may not be pulled and is on no node',
  story:
    'The Job was written for kind, where the image is loaded onto the node by hand. Here nobody did, and imagePullPolicy Never forbids to fetch it.',
  seed: [namespace('qa')],
  script: [
    after(
      28 * MINUTE + 40 * SECOND,
      'kubectl apply -f fixture-loader.yaml',
      job('qa/fixture-loader', {
        image: 'acme/fixture-loader:dev',
        imagePullPolicy: 'Never',
      }),
    ),
  ],
  expect: {
    namespace: 'qa',
    workload: 'fixture-loader',
    kind: 'Job',
    reason: 'ErrImageNeverPull',
    says: 'is not present with pull policy of Never',
  },
});

/** What is asked for does not exist, or not for these nodes. */
export const IMAGE_PULLS: readonly Scenario[] = [
  imageNameInvalid,
  imageRepositoryAbsent,
  imageHubTypo,
  imageWrongPlatform,
  diskFullOnPull,
  neverPulled,
];
