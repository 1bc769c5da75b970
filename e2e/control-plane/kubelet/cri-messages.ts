/** The parts of the Container Runtime Interface's messages that are used here, as proto-loader spells them. */
export type PodSandboxConfig = {
  readonly metadata: { readonly name: string; readonly uid: string; readonly namespace: string };
  readonly logDirectory: string;
  readonly labels: Labels;
  readonly annotations: Labels;
};

export type ContainerConfig = {
  readonly metadata: { readonly name: string; readonly attempt: number };
  readonly image: { readonly image: string; readonly userSpecifiedImage: string };
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly envs: readonly { readonly key: string; readonly value: string }[];
  readonly mounts: readonly unknown[];
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly logPath: string;
  readonly linux: { readonly resources: { readonly memoryLimitInBytes: string } | null } | null;
};

export type Labels = Readonly<Record<string, string>>;

export type Filter = {
  readonly id: string;
  readonly podSandboxId?: string;
  readonly state: { readonly state: string } | null;
  readonly labelSelector: Labels;
};

/** CRI times are nanoseconds, more than a double holds; 0 stands for never. */
export const nanos = (atMs: number): string => (atMs === 0 ? '0' : `${Math.floor(atMs)}000000`);

type Listed = { readonly id: string; readonly state: string; readonly podSandboxId?: string; labels: Labels };

/** Whether a list call asked for this one; an empty field matches everything. */
export function isAskedFor(listed: Listed, filter: Filter | null): boolean {
  if (!filter) return true;
  const { id, podSandboxId, state, labelSelector } = filter;
  return (
    (id === '' || listed.id === id) &&
    (!podSandboxId || listed.podSandboxId === podSandboxId) &&
    (!state || listed.state === state.state) &&
    Object.entries(labelSelector).every(([key, value]) => listed.labels[key] === value)
  );
}
