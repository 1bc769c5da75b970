import type { HookSpec } from '#lib/sandbox/client/objects.ts';
import { execIn } from '#lib/sandbox/programs/exec-in.ts';
import type { HookOutcome } from '#lib/sandbox/programs/program.ts';
import { httpAnswer } from './probes.ts';
import type { ContainerRecord } from './record.ts';

/** A request of a hook waits no longer than this (kubelet.go, the HTTP client of lifecycle hooks has no timeout: TCP's). */
const UNANSWERED_MS = 120_000;

/** What a lifecycle hook does to a running container `atMs` after its start (lifecycle/handlers.go). */
export function hookOutcome(
  { exec, httpGet, sleep }: HookSpec,
  { spec, instance }: ContainerRecord,
  { atMs, ip }: { atMs: number; ip: string },
): HookOutcome {
  if (sleep) return { tookMs: sleep.seconds * 1000 };
  if (instance.kind !== 'running') return { tookMs: 0, error: 'container not running' };
  const { run } = instance;
  if (exec) {
    const command = exec.command ?? [];
    const answer = execIn(run, command, atMs);
    if ('startError' in answer) return { tookMs: 40, error: answer.startError };
    const { code, output = '', tookMs = 40 } = answer;
    if (code === 0) return { tookMs };
    return {
      tookMs,
      error: `command '${command.join(' ')}' exited with ${code}: ${output}`,
      message: output,
    };
  }
  if (!httpGet) return { tookMs: 0, error: 'invalid handler' };
  const answer = httpAnswer(httpGet, { container: spec, run, ip, atMs });
  // Any HTTP answer will do: the status code is not looked at.
  if (answer.kind === 'status') return { tookMs: 20 };
  return answer.kind === 'hangs'
    ? { tookMs: UNANSWERED_MS, error: 'context deadline exceeded' }
    : { tookMs: 5, error: answer.error };
}
