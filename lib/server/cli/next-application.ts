import { createServer } from 'node:http';
import { join } from 'node:path';
import type { Handler, UpgradeHandler } from '#lib/server/http-server.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

export type Application = {
  readonly handler: Handler;
  readonly upgrade?: UpgradeHandler;
  close(): Promise<void>;
};

/** Next as a function from request to answer. Our own server owns the port. */
export async function nextApplication(options: {
  dev: boolean;
  hostname: string;
  port: number;
}): Promise<Application> {
  // React and Next choose their build when they are loaded, hence the late import.
  Object.assign(process.env, {
    NODE_ENV: options.dev ? 'development' : 'production',
    NEXT_TELEMETRY_DISABLED: '1',
  });
  const { default: next } = await import('next');
  // Next adds its upgrade listener to the server it is given, past our checks; getUpgradeHandler() knows nothing of the
  // development channel. So it gets one that never listens, and what passed our checks is handed on.
  const upgrades = createServer();
  const app = next({ ...options, dir: ROOT, quiet: !options.dev, httpServer: upgrades });
  await app.prepare();
  const handler = app.getRequestHandler();
  return {
    handler: (request, response) => handler(request, response),
    upgrade: options.dev
      ? (request, socket, head) => void upgrades.emit('upgrade', request, socket, head)
      : undefined,
    close: () => app.close(),
  };
}
