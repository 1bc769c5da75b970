import { describe, expect, it } from 'vitest';
import { aProbe } from '#lib/testing/build-template.ts';
import { crashed, logOf, primary } from '#lib/diagnosis/rule-case.fixture.ts';

const status = crashed({ exitCode: 1 });
const hinted = (...lines: string[]) => primary({ status, logs: logOf('web', ...lines) });
const ids = ({ candidates }: ReturnType<typeof primary>) => candidates.map(({ causeId }) => causeId);

describe('hints of a log', () => {
  it.each([
    [
      'config-invalid',
      "InconsistentBrokerIdException: Configured broker.id 1 doesn't match stored broker.id 0 in meta.properties",
    ],
    ['config-invalid', 'Failed to configure a DataSource: no embedded datasource could be configured.'],
    ['missing-env-var', "Could not resolve placeholder 'fleet.queue' in string value"],
    ['command-not-found', '/app/start: line 10: bin/rails: No such file or directory'],
    ['config-invalid', 'FATAL: password authentication failed for user "repl"'],
  ])('%s is a candidate, and no finding: %s', (causeId, line) => {
    const found = hinted(line);
    expect(found).toMatchObject({ causeId: 'app-error-exit', certainty: 'possible' });
    expect(ids(found)).toContain(causeId);
  });

  it('an exception that tells of a file outside is not surely a bug', () => {
    const found = hinted(
      "Unhandled exception. System.IO.FileNotFoundException: Could not find file '/app/a.bin'.",
    );
    expect(found).toMatchObject({ causeId: 'app-bug-exception', certainty: 'possible' });
    expect(ids(found)).toContain('missing-config-file');
  });

  it('an exception of the program itself stays one', () => {
    const found = hinted('Traceback (most recent call last):', 'ZeroDivisionError: division by zero');
    expect(found).toMatchObject({ causeId: 'app-bug-exception', certainty: 'likely', candidates: [] });
  });

  it('a log without such words hints at nothing', () => {
    expect(hinted('bye').candidates).toEqual([]);
  });
});

describe('hints of probes beside a crash nobody explains', () => {
  const message = 'Startup probe failed: HTTP probe failed with statuscode: 404';
  const spec = { startup: aProbe({}) };

  it.each([message, `(combined from similar events): ${message}`])('%s', (told) => {
    const found = primary({ spec, status, podEvents: [{ reason: 'Unhealthy', message: told }] });
    expect(found.causeId).toBe('app-error-exit');
    expect(ids(found)).toEqual(['probe-wrong-port-or-path', 'startup-probe-killed']);
  });

  it('a probe without a failure is not named', () => {
    expect(primary({ spec, status }).candidates).toEqual([]);
  });
});
