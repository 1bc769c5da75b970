import { loadPackageDefinition, Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { sendUnaryData, ServerUnaryCall, ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

/** An answer with a gRPC code other than OK. */
export class CriError extends Error {
  readonly code: status;
  constructor(code: status, message: string) {
    super(message);
    this.code = code;
  }
}

/** Each method has its own request and response; the .proto file holds them, which is read at run time. */
type Handler = (request: never) => object | Promise<object>;
export type Handlers = Readonly<Record<string, Handler>>;

export type CriServer = { close(): void };

type Options = {
  /** k8s.io/cri-api/pkg/apis/runtime/v1/api.proto */
  readonly proto: string;
  readonly socket: string;
  readonly runtime: Handlers;
  readonly images: Handlers;
};

/** Serves the Container Runtime Interface on a unix socket. Methods without a handler answer Unimplemented. */
export async function startCriServer({ proto, socket, runtime, images }: Options): Promise<CriServer> {
  const definition = loadSync(proto, { longs: String, enums: String, defaults: true });
  const loaded = loadPackageDefinition(definition) as unknown as {
    readonly runtime: { readonly v1: Record<string, ServiceClientConstructor> };
  };
  const server = new Server();
  const add = (name: string, handlers: Handlers): void => {
    const service = loaded.runtime.v1[name]?.service;
    if (!service) throw new Error(`${proto} has no service ${name}`);
    const unary = Object.entries(handlers).map(([method, handler]) => [method, answering(handler)]);
    server.addService(service, Object.fromEntries(unary) as Record<string, ReturnType<typeof answering>>);
  };
  add('RuntimeService', runtime);
  add('ImageService', images);
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix://${socket}`, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    );
  });
  return { close: () => server.forceShutdown() };
}

function answering(handler: Handler) {
  return (call: ServerUnaryCall<unknown, object>, answer: sendUnaryData<object>): void => {
    Promise.resolve(call.request)
      // What the client sent is what the .proto file says of the method.
      .then((request) => handler(request as never))
      .then((response) => answer(null, response))
      .catch((error: unknown) => {
        const code = error instanceof CriError ? error.code : status.UNKNOWN;
        answer({ code, details: error instanceof Error ? error.message : String(error) });
      });
  };
}
