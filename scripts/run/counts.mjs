/**
 * Numbers from vitest's JSON report. A file that cannot be loaded has no tests and counts as one failure.
 * @param {{ numPassedTests?: number, numFailedTests?: number, testResults?: { status: string, assertionResults: object[] }[] }} report
 */
export function countVitest(report) {
  const broken = (report.testResults ?? []).filter(
    (file) => file.status === 'failed' && (file.assertionResults ?? []).length === 0,
  ).length;
  return { passed: report.numPassedTests ?? 0, failed: (report.numFailedTests ?? 0) + broken };
}

/**
 * Numbers from Playwright's JSON report. A flaky test passed in the end; an error outside tests is a failure.
 * @param {{ stats?: { expected?: number, flaky?: number, unexpected?: number, skipped?: number }, errors?: object[] }} report
 */
export function countPlaywright({ stats = {}, errors = [] }) {
  return {
    passed: (stats.expected ?? 0) + (stats.flaky ?? 0),
    failed: (stats.unexpected ?? 0) + errors.length,
  };
}

/** @param {{ passed: number, failed: number }} total */
export const summaryLine = ({ passed, failed }) => `${passed} passed, ${failed} failed`;
