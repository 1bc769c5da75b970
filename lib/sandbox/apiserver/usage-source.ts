export type Usage = { readonly cpuCores: number; readonly memoryBytes: number };

/** What runs now, as the node's resource endpoint measures it. */
export type UsageSource = {
  /** Undefined for an instance that did not run at `at` (epoch ms). */
  container(
    target: { readonly podUid: string; readonly container: string; readonly containerId: string },
    at: number,
  ): Usage | undefined;
  /** What a node takes for itself, beside its Pods. */
  node(name: string, at: number): Usage;
};

/** For servers without nodes: nothing is measured. */
export const noUsage: UsageSource = {
  container: () => undefined,
  node: () => ({ cpuCores: 0, memoryBytes: 0 }),
};
