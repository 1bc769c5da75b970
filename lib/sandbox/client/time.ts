/** metav1.Time: whole seconds, as most status fields carry it. */
export const seconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** metav1.MicroTime: eventTime, Lease times. */
export const micros = (at: number): string => `${new Date(at).toISOString().slice(0, 23)}000Z`;

/** Epoch ms of a wire time; 0 when absent. */
export const epochMs = (time: string | null | undefined): number => (time ? Date.parse(time) : 0);

/** Go's `time.Duration.String()` for the durations Kubernetes prints: `10s`, `1m20s`, `5m0s`, `412ms`, `1.204s`. */
export function goDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  const minutes = Math.floor(ms / 60_000);
  const rest = `${(ms - minutes * 60_000) / 1000}s`;
  return minutes === 0 ? rest : `${minutes}m${rest}`;
}
