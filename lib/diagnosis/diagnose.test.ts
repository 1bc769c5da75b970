import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aContainerStatus,
  aCrashLoopingStatus,
  aPod,
  terminated,
  waiting,
  running,
} from '#lib/testing/build-pod.ts';
import { aProbe } from '#lib/testing/build-template.ts';
import { at } from '#lib/testing/time.ts';
import { diagnose } from './diagnose.ts';
import {
  aDiagnosisInput,
  logOf,
  inputOf,
  primary,
  WEB,
  NOT_FOUND,
  backOff,
  ANONYMOUS,
  lastGood,
} from './rule-case.fixture.ts';

describe('precedence', () => {
  it('puts the init container that blocks the others first, then the oldest failure', () => {
    const init = aCrashLoopingStatus({ name: 'migrate' });
    const late = aCrashLoopingStatus({
      name: 'late',
      lastTermination: terminated({ startedAt: at('09:00:00'), finishedAt: at('09:59:00') }),
    });
    const early = aCrashLoopingStatus({
      name: 'early',
      lastTermination: terminated({ startedAt: at('09:00:00'), finishedAt: at('09:10:00') }),
    });
    const pod = aPod({ initStatuses: [init], statuses: [late, early] });
    expect(diagnose(aDiagnosisInput({ pod })).map(({ container }) => container)).toEqual([
      'migrate',
      'early',
      'late',
    ]);
  });

  it('leaves out a container that recovered long ago, and keeps one restarted a minute ago', () => {
    const restarted = (name: string, startedAt: number) =>
      aContainerStatus({
        name,
        restartCount: 1,
        state: running(startedAt),
        lastTermination: terminated({ startedAt: at('08:00:00') }),
      });
    const pod = aPod({ statuses: [restarted('old', at('09:00:00')), restarted('new', at('10:04:00'))] });
    expect(diagnose(aDiagnosisInput({ pod })).map(({ container }) => container)).toEqual(['new']);
  });

  it('leaves out containers that merely wait for others, and those that are fine', () => {
    const pod = aPod({
      statuses: [
        aCrashLoopingStatus({ name: 'a' }),
        aContainerStatus({ name: 'b', state: waiting('PodInitializing') }),
        aContainerStatus({ name: 'c' }),
      ],
    });
    expect(diagnose(aDiagnosisInput({ pod })).map(({ container }) => container)).toEqual(['a']);
  });
});

const WORDS = [
  WEB,
  NOT_FOUND,
  ANONYMOUS,
  'exit',
  'nicht gefunden',
  '拉取镜像失败',
  'x'.repeat(20_000),
  '[',
  '{',
  '\u0000',
  '$&',
  '__proto__',
  'OOMKilled',
  '',
];
const textArb = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(...WORDS),
  fc.array(fc.constantFrom(...WORDS)).map((parts) => parts.join(', ')),
);
const FREE = /[^\x00-\x7f]/;

describe('diagnose, whatever the cluster says', () => {
  it('never throws, always answers, keeps the title short and the container of its pod', () => {
    const arb = fc.record({
      reason: fc.oneof(
        textArb,
        fc.constantFrom(
          'ImagePullBackOff',
          'ErrImagePull',
          'CreateContainerConfigError',
          'RunContainerError',
          'CrashLoopBackOff',
          'InvalidImageName',
        ),
      ),
      message: textArb,
      image: textArb,
      log: fc.array(textArb, { maxLength: 4 }),
      event: textArb,
      eventReason: fc.constantFrom(
        'Failed',
        'Killing',
        'Unhealthy',
        'FailedToRetrieveImagePullSecret',
        'FailedCreate',
      ),
      exit: fc.option(
        fc.record({
          exitCode: fc.integer({ min: -1, max: 300 }),
          reason: textArb,
          message: textArb,
          startedAt: fc.option(fc.integer(), { nil: undefined }),
        }),
        { nil: undefined },
      ),
    });
    fc.assert(
      fc.property(arb, ({ reason, message, image, log, event, eventReason, exit }) => {
        const findings = diagnose(
          inputOf({
            spec: { image, liveness: aProbe(), readiness: aProbe() },
            status: {
              state: waiting(reason, message),
              restartCount: 1,
              lastTermination: exit && terminated(exit),
            },
            logs: logOf('web', ...log),
            imagePullSecrets: ['__proto__', message.slice(0, 20)],
            podEvents: [{ reason: eventReason, message: event }],
          }),
        );
        expect(findings.length).toBeGreaterThan(0);
        for (const found of findings) {
          expect(found.title.length).toBeLessThan(38);
          expect(found.sentence.length).toBeLessThanOrEqual(400);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('claims nothing from words nobody knows', () => {
    const foreign = fc
      .string({ unit: fc.constantFrom(...'абвгд拉取镜像失败ñöü'), minLength: 1 })
      .filter((text) => FREE.test(text));
    fc.assert(
      fc.property(
        foreign,
        foreign,
        fc.constantFrom('ImagePullBackOff', 'CreateContainerConfigError', 'RunContainerError', 'Неизвестно'),
        (message, line, reason) => {
          const found = primary({
            status: { state: waiting(reason, message), ready: false },
            logs: logOf('web', line),
          });
          expect(found).toMatchObject({ causeId: 'unknown', certainty: 'unknown', raw: message });
        },
      ),
    );
  });

  it('gives the same answer to the same input', () => {
    const input = inputOf({ spec: { image: WEB }, status: backOff(WEB, NOT_FOUND), lastGood });
    expect(diagnose(input)).toEqual(diagnose(input));
  });
});
