/** Minor of a kubelet version: "v1.35.7" -> 35, "v1.32.10-eks-5678" -> 32. Undefined when it does not parse. */
export function kubeletMinor(version: string | undefined): number | undefined {
  const minor = /^v?1\.(\d+)/.exec(version ?? '')?.[1];
  return minor === undefined ? undefined : Number(minor);
}

/**
 * Newer kubelets sleep until a back-off ends (in naps of up to 60 s x 1.5) instead of re-queueing every 10-15 s, so
 * they wake later. Seen in 1.36.2, absent in 1.32.10; unknown versions get the wider window.
 */
export function wakesAtExpiry(version: string | undefined): boolean {
  const minor = kubeletMinor(version);
  return minor === undefined || minor >= 33;
}
