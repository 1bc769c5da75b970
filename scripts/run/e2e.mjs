import { findBrowser } from './browser.mjs';
import { FailedStep } from './progress.mjs';
import { playwright } from './suite.mjs';

/** `npm run e2e -- [spec or flags]`: the browser tests alone. */
export async function e2e(args) {
  const browser = await findBrowser();
  if (browser.missing) throw new FailedStep(`the browser tests cannot run: ${browser.missing}`);
  return playwright(args, browser.env);
}
