/** A step that failed and has already shown why, or says it in its message. */
export class FailedStep extends Error {}

/** "installing dependencies ... 41 s": counts on a terminal, one line at the end elsewhere. On stderr: stdout is the program's. */
export function progress(what) {
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  const live = process.stderr.isTTY;
  if (!live) process.stderr.write(`${what} ...\n`);
  const tick = () => process.stderr.write(`\r${what} ... ${seconds()} s`);
  const timer = live ? setInterval(tick, 1000) : undefined;
  if (live) tick();
  return (result = 'done') => {
    clearInterval(timer);
    process.stderr.write(`${live ? '\r' : ''}${what} ... ${result}, ${seconds()} s\n`);
  };
}
