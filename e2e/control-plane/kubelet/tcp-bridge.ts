import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export type Place = { readonly host: string; readonly port: number } | { readonly path: string };

/**
 * Passes every connection made at `from` on to `to`; answers how to end it. Unix sockets are files: they cross the
 * border of a network namespace, where loopback ports end.
 */
export async function startBridge(from: Place, to: Place): Promise<() => void> {
  const open = new Set<Socket>();
  const pass = (from: Socket, to: Socket): void => {
    open.add(from);
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      open.delete(from);
      to.destroy();
    });
  };
  const server = createServer((near) => {
    const far = connect(to);
    pass(near, far);
    pass(far, near);
  });
  server.listen(from);
  await once(server, 'listening');
  return () => {
    server.close();
    for (const socket of open) socket.destroy();
  };
}
