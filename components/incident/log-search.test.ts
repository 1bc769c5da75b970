import { describe, expect, it } from 'vitest';
import { logLevel } from '#components/cluster/log-level.ts';
import { anIncidentView } from '#components/fixtures/incident-view.ts';
import { incidentRows } from '#components/fixtures/incident-rows.ts';
import { firstError, levelCounts, logText, matchingLines, stepMatch } from './log-search.ts';
import { logGap, logTarget } from './log-target.ts';

const lines = ['INFO start', 'WARN slow', 'ERROR: no route', 'info again'].map((text, index) => ({
  number: index + 1,
  text,
}));

describe('log search', () => {
  it('finds lines whatever the case', () => expect(matchingLines(lines, 'INFO')).toEqual([1, 4]));
  it('goes round at both ends', () => {
    expect(stepMatch([1, 4], 4, 1)).toBe(1);
    expect(stepMatch([1, 4], 1, -1)).toBe(4);
    expect(stepMatch([], 1, 1)).toBeUndefined();
  });
  it('knows the first error and counts levels', () => {
    expect(firstError(lines)).toBe(3);
    expect(levelCounts(lines)).toEqual({ warn: 1, error: 1 });
  });
  it('downloads what kubectl would print with timestamps', () => {
    expect(
      logText([
        { number: 1, at: 0, text: 'a' },
        { number: 2, text: 'b' },
      ]),
    ).toBe('1970-01-01T00:00:00.000Z a\nb');
  });
});

describe('log level', () => {
  it.each([
    ['/entrypoint.sh: line 31: redis-sever: command not found', 'error'],
    ['E1121 03:14:20.000000       1 leaderelection.go:330] lost', 'error'],
    ['{"level":"warn","msg":"slow"}', 'warn'],
    ['panic: runtime error', 'error'],
    ['0 errors found', 'none'],
    ['INFO ready', 'info'],
  ])('%s is %s', (text, level) => expect(logLevel(text)).toBe(level));
});

describe('which log is shown', () => {
  const [row] = incidentRows();
  if (!row) throw new Error('The fixture has rows.');
  const view = anIncidentView(row);
  const nothing = { pod: null, container: null, run: null };

  it('is the run the diagnosis read', () => {
    expect(logTarget(view, nothing)).toEqual({ pod: view.logTail?.pod, container: 'app', run: 'previous' });
  });
  it('is what the URL names', () => {
    const pod = view.pods[1]?.name ?? '';
    expect(logTarget(view, { pod, container: 'metrics', run: null })).toEqual({
      pod,
      container: 'metrics',
      run: 'current',
    });
  });
  it('is known to be missing before anybody asks for it', () => {
    const [pod] = view.pods;
    const [container] = pod?.containers ?? [];
    if (!pod || !container) throw new Error('The fixture has pods.');
    const gap = (logs: typeof container.logs, run: 'current' | 'previous') =>
      logGap(
        { pods: [{ ...pod, containers: [{ ...container, logs }] }] },
        { pod: pod.name, container: container.name, run },
      );
    expect(gap({ current: false, previous: false }, 'current')).toMatch(/never started/);
    expect(gap({ current: true, previous: false }, 'previous')).toMatch(/no run before/);
    expect(gap({ current: false, previous: true }, 'previous')).toBeUndefined();
    expect(gap({ current: true, previous: false }, 'current')).toBeUndefined();
  });
  it('is none when no pod exists', () => expect(logTarget({ ...view, pods: [] }, nothing)).toBeUndefined());
});
