import { describe, expect, it } from 'vitest';
import type { LimitRange, Quota } from '#lib/model/limits.ts';
import { anEvent } from '#lib/testing/build-cluster.ts';
import { aPod } from '#lib/testing/build-pod.ts';
import { aContainer } from '#lib/testing/build-template.ts';
import { aDeployment } from '#lib/testing/build-workload.ts';
import { allOf } from '#lib/diagnosis/claim-case.fixture.ts';
import { diagnose } from '#lib/diagnosis/diagnose.ts';
import type { DiagnosisInput, References } from '#lib/diagnosis/diagnosis-input.ts';
import { aDiagnosisInput, NOTHING_LOOKED_UP } from '#lib/diagnosis/rule-case.fixture.ts';

const created = (answer: string) =>
  anEvent({ reason: 'FailedCreate', message: `Error creating: pods "web-x" is forbidden: ${answer}` });

function refused(
  answer: string,
  {
    references,
    memory = '512Mi',
    ...rest
  }: Partial<Omit<DiagnosisInput, 'references'>> & {
    readonly references?: Partial<References>;
    readonly memory?: string;
  } = {},
) {
  const containers = [aContainer({ resources: { requests: { memory }, limits: { memory } } })];
  const [finding] = diagnose(
    aDiagnosisInput({
      events: [created(answer)],
      deployment: aDeployment({
        name: 'web',
        template: { containers },
        replicas: { desired: 3, current: 2 },
      }),
      ...rest,
      references: { ...NOTHING_LOOKED_UP, ...references },
    }),
  );
  return finding;
}

const quota = (hard: Quota['hard'], used: Quota['used']): Partial<References> => ({
  quotas: allOf({ name: 'team', hard, used, scopes: [] }),
});
const commands = ({ remedies }: ReturnType<typeof refused>) => remedies.flatMap((remedy) => remedy.commands);

describe('a quota without room', () => {
  const answer =
    'exceeded quota: team, requested: requests.memory=512Mi, used: requests.memory=1792Mi, limited: requests.memory=2Gi';
  const full = quota({ 'requests.memory': '2Gi' }, { 'requests.memory': '1792Mi' });

  it('is proven by its status, with how much is too much', () => {
    const finding = refused(answer, { references: full });
    expect(finding).toMatchObject({
      causeId: 'quota-exceeded',
      certainty: 'proven',
      sentence: 'In quota team 256 MiB of 2 GiB of requests.memory are left; the pod asks for 512 MiB.',
      unchecked: [],
    });
    expect(finding.evidence[0]).toEqual({
      kind: 'field',
      path: 'resourcequotas/team status.used',
      text: 'requests.memory: 1.75 GiB of 2 GiB used; the pod asks for 512 MiB: 256 MiB too much',
    });
    expect(commands(finding)).toContain(
      `kubectl patch resourcequota team -n shop --type=merge -p '{"spec":{"hard":{"requests.memory":"2304Mi"}}}'`,
    );
    expect(commands(finding)).toContain(
      'kubectl set resources deployment/web -n shop -c web --requests=memory=256Mi',
    );
  });

  it('that may not be read is told by the API server, with the permission that is lacking', () => {
    expect(refused(answer)).toMatchObject({
      certainty: 'proven',
      unchecked: [{ what: 'ResourceQuota team', permission: 'list resourcequotas in shop' }],
    });
  });

  it('that has room again heals by itself', () => {
    const finding = refused(answer, {
      references: quota({ 'requests.memory': '4Gi' }, { 'requests.memory': '1792Mi' }),
    });
    expect(finding.sentence).toBe(
      'Quota team had no room for the pod and has it now: it asks for 512 MiB of requests.memory.',
    );
    expect(commands(finding).join()).not.toContain('patch resourcequota');
  });

  it('that is not among those of the namespace is not called used up', () => {
    const finding = refused(answer, { references: { quotas: allOf() } });
    expect(finding.sentence).toContain('shop has no ResourceQuota of that name now');
    expect(commands(finding).join()).not.toContain('patch resourcequota');
  });

  it('smaller than one pod is never enough', () => {
    const finding = refused(
      'exceeded quota: team, requested: requests.memory=2560Mi, used: requests.memory=0, limited: requests.memory=2Gi',
      { references: quota({ 'requests.memory': '2Gi' }, { 'requests.memory': '0' }) },
    );
    expect(finding).toMatchObject({
      title: 'Asks for more than the whole quota',
      sentence:
        'The pod asks for 2.5 GiB; quota team allows 2 GiB of requests.memory for the whole namespace.',
    });
  });

  it('may do for an update that lets an old pod go first', () => {
    const old = aPod({
      containers: [aContainer({ resources: { requests: { memory: '512Mi' }, limits: {} } })],
    });
    const commandsOf = (siblings: DiagnosisInput['siblings']) =>
      commands(refused(answer, { references: full, siblings })).join('\n');
    expect(commandsOf([old])).toContain('"maxSurge":0,"maxUnavailable":1');
    expect(commandsOf([])).not.toContain('maxSurge');
  });

  it('raises every resource that is short, in its own unit', () => {
    const finding = refused(
      'exceeded quota: team, requested: limits.cpu=500m,pods=1, used: limits.cpu=6,pods=12, limited: limits.cpu=6,pods=12',
    );
    expect(finding.sentence).toBe(
      'In quota team all 6 CPU of limits.cpu are used and all 12 of pods are used; the pod asks for 0.5 CPU of limits.cpu and 1 of pods.',
    );
    expect(commands(finding).join('\n')).toContain('{"limits.cpu":"6500m","pods":"13"}');
  });
});

describe('who else refuses pods', () => {
  it.each([
    [
      'admission-webhook-denied',
      'admission webhook "quota.hnc.x-k8s.io" denied the request: exceeded quota: team, requested: pods=1, used: pods=2, limited: pods=2',
    ],
    [
      'admission-webhook-denied',
      'admission webhook "policy.example" denied the request: violates PodSecurity "restricted:latest"',
    ],
    ['podsecurity-violation', 'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false'],
    ['quota-exceeded', 'exceeded quota: team, requested: pods=1, used: pods=2, limited: pods=2'],
    ['quota-exceeded', 'Exceeded quota: team, requested: pods=1, used: pods=2, limited: pods=2'],
    ['quota-requests-missing', 'failed quota: team: must specify limits.cpu,limits.memory'],
    ['limitrange-violation', 'minimum cpu usage per Pod is 100m, but request is 50m'],
    [
      'limitrange-violation',
      'cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000',
    ],
  ])('%s: %s', (causeId, answer) => {
    expect(refused(answer)).toMatchObject({ causeId, certainty: 'proven' });
  });
});

describe('a quota that demands requests', () => {
  const answer = 'failed quota: team: must specify limits.memory for: web,proxy; requests.cpu for: web';

  it('says which container lacks what', () => {
    const finding = refused(answer, {
      references: { ...quota({ 'limits.memory': '8Gi' }, { 'limits.memory': '2Gi' }), limitRanges: allOf() },
    });
    expect(finding.sentence).toBe(
      'Quota team demands limits.memory and requests.cpu of every container; web and proxy lack some of it.',
    );
    expect(finding.evidence).toContainEqual({
      kind: 'field',
      path: 'resourcequotas/team status.hard',
      text: 'limits.memory: 6 GiB of 8 GiB left',
    });
    expect(finding.unchecked).toEqual([]);
    expect(finding.remedies[0]?.commands).toEqual([
      'kubectl set resources deployment/web -n shop -c web --requests=cpu=AMOUNT --limits=memory=AMOUNT',
      'kubectl set resources deployment/web -n shop -c proxy --limits=memory=AMOUNT',
    ]);
  });
});

describe('a LimitRange', () => {
  const sizes: LimitRange = {
    name: 'sizes',
    items: [
      {
        type: 'Container',
        max: { memory: '1Gi' },
        min: { memory: '64Mi' },
        default: {},
        defaultRequest: {},
        maxLimitRequestRatio: {},
      },
    ],
  };
  const ranges = { limitRanges: allOf(sizes) };

  it('is named with the container that is too large, and the value that fits', () => {
    const finding = refused('maximum memory usage per Container is 1Gi, but limit is 2Gi', {
      references: ranges,
      memory: '2Gi',
    });
    expect(finding).toMatchObject({
      causeId: 'limitrange-violation',
      sentence:
        'Container web has a memory limit of 2Gi; LimitRange sizes allows at most 1Gi for a container.',
    });
    expect(finding.evidence.slice(0, 2).map(({ path }) => path)).toEqual([
      'limitranges/sizes spec.limits[Container].max.memory',
      'spec.template.spec.containers[web].resources.limits.memory',
    ]);
    expect(commands(finding)).toContain(
      'kubectl set resources deployment/web -n shop -c web --limits=memory=1Gi --requests=memory=1Gi',
    );
  });

  it('takes several answers in brackets, and the same amount written otherwise', () => {
    const finding = refused(
      '[minimum memory usage per Container is 64Mi, but request is 32Mi, maximum cpu usage per Container is 1.  No limit is specified]',
      { references: ranges, memory: '0.03125Gi' },
    );
    expect(finding.sentence).toBe(
      'Container web has a memory request of 32Mi; LimitRange sizes demands at least 64Mi for a container.',
    );
  });

  it('that may not be read is called one, with the permission that is lacking', () => {
    const finding = refused('maximum memory usage per Pod is 1Gi, but limit is 2Gi');
    expect(finding).toMatchObject({
      sentence: 'The pod has a memory limit of 2Gi; a LimitRange allows at most 1Gi for a pod.',
      unchecked: [{ what: 'LimitRanges', permission: 'list limitranges in shop' }],
    });
  });
});
