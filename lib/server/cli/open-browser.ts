import { spawn } from 'node:child_process';

const COMMAND: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Opens the page; where there is no browser the printed address has to do. */
export function openBrowser(url: string): void {
  const [command, ...args] = COMMAND[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
