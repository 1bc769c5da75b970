import type { Page } from '@playwright/test';

/** What any list would cost here: as many rows as fit on the screen, and a field that does nothing. */
const PAGE = '<!doctype html><input aria-label="Nothing"><table><tbody></tbody></table>';
const ROWS = 36;
const KEYS = 30;

/** From having the data to the frame after the rows were made (ms). */
export async function paintFloor(page: Page): Promise<number> {
  await page.setContent(PAGE);
  return page.evaluate((rows) => {
    const startedAt = performance.now();
    const cells = Array.from({ length: 8 }, (_, cell) => `<td>cell ${cell} of a row</td>`).join('');
    const body = document.querySelector('tbody');
    if (body) body.innerHTML = `<tr>${cells}</tr>`.repeat(rows);
    return new Promise<number>((resolve) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now() - startedAt);
        port2.postMessage(undefined);
      });
    });
  }, ROWS);
}

/** Durations of keys typed into a page that does nothing (ms). */
export async function keystrokeFloor(page: Page, gapMs: number): Promise<number[]> {
  await page.goto('data:text/html,<!doctype html><input>');
  await page.locator('input').focus();
  for (let key = 0; key < KEYS; key++) {
    await page.keyboard.press('a');
    await page.waitForTimeout(gapMs);
  }
  return page.evaluate(() => window.probe.interactions);
}
