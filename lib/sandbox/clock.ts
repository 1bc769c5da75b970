/** Time as the sandbox sees it. Nothing below `lib/sandbox` calls Date.now, setTimeout or Math.random. */
export interface Clock {
  /** Epoch ms. */
  now(): number;
  /** Runs `task` once, `delayMs` from now. Returns a cancel function. */
  after(delayMs: number, task: () => void): () => void;
}
