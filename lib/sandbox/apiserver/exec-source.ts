/** The running container a command is for. */
export type ExecTarget = {
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
  readonly container: string;
  /** From `containerStatuses[].containerID`. */
  readonly containerId: string;
};

export type ExecOptions = {
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
};

/** Where a session's output goes. `exit` or `fail` is called once, last. */
export type SessionOutput = {
  stdout(bytes: string | Uint8Array): void;
  stderr(text: string): void;
  exit(code: number): void;
  /** The command could not be run: the runtime's words. */
  fail(message: string): void;
};

/** What the client sends into a session. */
export type SessionInput = {
  write(text: string): void;
  /** Standard input is closed. */
  end(): void;
  /** The client has left. */
  cancel(): void;
};

/** Who runs commands in containers: the node's runtime. */
export type ExecSource = (target: ExecTarget, options: ExecOptions, output: SessionOutput) => SessionInput;

export const NO_INPUT: SessionInput = {
  write: () => undefined,
  end: () => undefined,
  cancel: () => undefined,
};

/** For servers without a node. */
export const noExec: ExecSource = (_target, _options, output) => {
  output.fail('failed to exec in container: container is not running');
  return NO_INPUT;
};
