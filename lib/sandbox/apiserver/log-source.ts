/** One container instance's identity: pods are recreated under the same name, instances restart within a pod. */
export type LogTarget = {
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
  readonly container: string;
  /** From `containerStatuses[].state|lastState`, e.g. `containerd://…`: names the instance. */
  readonly containerId: string;
};

export type LogLine = { readonly atMs: number; readonly text: string };

/** Where `/log` reads from: the node's log files. The simulated kubelet implements it. */
export interface LogSource {
  /**
   * All lines the instance has written up to now, oldest first; undefined when its log is gone
   * (the kubelet keeps the current and one previous instance).
   */
  lines(target: LogTarget): readonly LogLine[] | undefined;
  /**
   * Calls `onLine` for each line written from now on and `onEnd` once when the instance has ended.
   * Returns a cancel function.
   */
  follow(target: LogTarget, onLine: (line: LogLine) => void, onEnd: () => void): () => void;
  /** A sentence such as `dial tcp 10.0.0.1:10250: connect: connection refused` when the node does not answer. */
  unreachable?(target: LogTarget): string | undefined;
}

/** For servers without a kubelet: every log is empty and followed logs end at once. */
export const noLogs: LogSource = {
  lines: () => [],
  follow: (_target, _onLine, onEnd) => {
    onEnd();
    return () => undefined;
  },
};
