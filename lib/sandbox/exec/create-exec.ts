import type { ExecSource, SessionInput, SessionOutput } from '#lib/sandbox/apiserver/exec-source.ts';
import { NO_INPUT } from '#lib/sandbox/apiserver/exec-source.ts';
import type { Journal } from '#lib/sandbox/apiserver/journal.ts';
import { objectsAt, stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { KubeObject } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import type { Clock } from '#lib/sandbox/clock.ts';
import type { ContainerLogs } from '#lib/sandbox/logs.ts';
import { seededRandom } from '#lib/sandbox/random.ts';
import { containerFiles } from './container-files.ts';
import { containerView, startEnvironment } from './container-view.ts';
import { lineInput } from './line-input.ts';
import { PodNetwork } from './network.ts';
import type { Session } from './session.ts';
import { program } from './shell.ts';

type Options = { readonly journal: Journal; readonly clock: Clock; readonly logs: ContainerLogs };

/** What a container keeps for its sessions: how it was started, and what they have written. */
type Kept = { readonly env: Readonly<Record<string, string>>; readonly scratch: Map<string, string> };

/** Runs commands in the sandbox's containers: a small shell, the usual tools, the cluster's DNS and services. */
export function createExec({ journal, clock, logs }: Options): ExecSource {
  const kept = keepStarts(journal);
  return (target, { command, stdin, tty }, output) => {
    const pod = journal.get('pods', target.namespace, target.pod);
    const started = pod && keptFor(journal, kept, pod, target);
    const view = pod && containerView(journal, pod, target.container, started?.env);
    if (!view || !started) {
      output.fail('failed to exec in container: container is not running');
      return NO_INPUT;
    }
    const gone = new AbortController();
    const session: Session = {
      view,
      files: containerFiles(journal, view),
      scratch: started.scratch,
      network: new PodNetwork({ journal, logs, now: () => clock.now(), pod }),
      clock,
      signal: gone.signal,
      env: view.env,
      cwd: '/',
      lastCode: 0,
    };
    const run = program(command, session);
    if (!run) {
      output.fail(cannotStart(command[0] ?? '', target.containerId));
      return NO_INPUT;
    }
    const input = lineInput({ isOpen: stdin, echo: tty ? (text) => output.stdout(text) : undefined });
    const out = tty
      ? (bytes: string | Uint8Array) => output.stdout(forTerminal(bytes))
      : (bytes: string | Uint8Array) => output.stdout(bytes);
    const err = tty
      ? (text: string) => output.stderr(String(forTerminal(text)))
      : (text: string) => output.stderr(text);
    void finish(run({ stdin: input, out, err }, tty), output, gone.signal);
    return sessionInput(input, gone);
  };
}

async function finish(code: Promise<number>, output: SessionOutput, signal: AbortSignal): Promise<void> {
  try {
    output.exit(await code);
  } catch (error) {
    if (!signal.aborted) output.fail(String(error));
  }
}

function sessionInput(input: ReturnType<typeof lineInput>, gone: AbortController): SessionInput {
  return {
    write: (text) => input.write(text),
    end: () => input.end(),
    cancel: () => {
      gone.abort();
      input.end();
    },
  };
}

/** A terminal needs a carriage return before each line feed. */
function forTerminal(bytes: string | Uint8Array): string | Uint8Array {
  return typeof bytes === 'string' ? bytes.replace(/\r?\n/g, '\r\n') : bytes;
}

/** containerd's words around runc's. */
function cannotStart(file: string, containerId: string): string {
  const why = file.includes('/')
    ? `exec: "${file}": stat ${file}: no such file or directory`
    : `exec: "${file}": executable file not found in $PATH`;
  const execId = seededRandom(`${containerId}/${file}`).hex(64);
  const runc = `OCI runtime exec failed: exec failed: unable to start container process: ${why}: unknown`;
  return `failed to exec in container: failed to start exec "${execId}": ${runc}`;
}

/** Notes with what environment each container starts: ConfigMaps may change under it. */
function keepStarts(journal: Journal): Map<string, Map<string, Kept>> {
  const kept = new Map<string, Map<string, Kept>>();
  journal.subscribe('pods', ({ type, object: pod }) => {
    const { uid } = pod.metadata;
    if (type === 'DELETED') {
      kept.delete(uid);
      return;
    }
    const running = objectsAt(pod, 'status', 'containerStatuses').flatMap(
      (status): { name: string; containerId: string }[] => {
        const containerId = stringAt(status, 'containerID');
        return containerId === undefined ? [] : [{ name: stringAt(status, 'name') ?? '', containerId }];
      },
    );
    const known = kept.get(uid);
    if (running.every(({ containerId }) => known?.has(containerId))) return;
    // Only what runs now is kept: one entry per container.
    kept.set(
      uid,
      new Map(
        running.map(({ name, containerId }) => [
          containerId,
          known?.get(containerId) ?? start(journal, pod, name),
        ]),
      ),
    );
  });
  return kept;
}

function start(journal: Journal, pod: KubeObject, name: string): Kept {
  const spec = objectsAt(pod, 'spec', 'containers').find((container) => container.name === name) ?? {};
  return { env: startEnvironment(journal, pod, spec), scratch: new Map() };
}

/** A container that ran before this process started is taken as if it started now. */
function keptFor(
  journal: Journal,
  kept: Map<string, Map<string, Kept>>,
  pod: KubeObject,
  { container, containerId }: { container: string; containerId: string },
): Kept {
  const { uid } = pod.metadata;
  const known = kept.get(uid)?.get(containerId);
  if (known) return known;
  const made = start(journal, pod, container);
  kept.set(uid, new Map([...(kept.get(uid) ?? []), [containerId, made]]));
  return made;
}
