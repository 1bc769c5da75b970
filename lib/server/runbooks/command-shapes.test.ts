import { describe, expect, it } from 'vitest';
import { commandProblems } from './command-shapes.fixture.ts';

describe('the shapes of commands in runbooks', () => {
  it.each([
    ['kubectl get pods -n NAMESPACE --field-selectors x', 'unknown flag --field-selectors'],
    [
      'kubectl create secret docker-registry S --docker-password-stdin',
      'unknown flag --docker-password-stdin',
    ],
    ['kubectl rollout pause deployment/D', 'unknown verb'],
    ["kubectl get pods -o jsonpath='{.items", 'open quote'],
    ['rm -rf /', 'unknown program'],
  ])('refuse %s', (line, problem) => {
    expect(commandProblems(line)).toEqual([expect.stringContaining(problem) as string]);
  });

  it.each([
    "kubectl get pods -A -o jsonpath='{.items[*].metadata.name}' | wc --lines",
    'kubectl exec POD -n NAMESPACE -c CONTAINER -- wget --no-check-certificate https://127.0.0.1',
  ])('leave the flags of other programs alone: %s', (line) => {
    expect(commandProblems(line)).toEqual([]);
  });
});
