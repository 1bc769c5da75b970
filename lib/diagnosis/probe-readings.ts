import type { Certainty, Candidate } from '#lib/model/finding.ts';
import type { Probe } from '#lib/model/pod-template.ts';
import type { ContainerInput, ContainerSubject } from './diagnosis-input.ts';
import { type LoggedDependency, loggedDependency } from './logged-dependency.ts';
import { type LogLine, searchLog } from './log-search.ts';
import { hasBeenReached, listensOnLoopback, type ProbeKind, probePort } from './probe-facts.ts';
import { stillStarting } from './still-starting.ts';

export type ProbeReading = {
  readonly causeId: string;
  readonly certainty: Certainty;
  readonly title: string | [string, ...string[]];
  readonly sentence: string;
  readonly line?: LogLine;
  /** What does not answer the app, in its own words. */
  readonly dependency?: LoggedDependency;
  readonly candidates?: readonly Candidate[];
};

export type ProbeWords = {
  readonly message: string;
  readonly kind: ProbeKind;
  readonly probe: Probe;
  readonly input: ContainerInput;
};
type Reader = (words: ProbeWords) => ProbeReading | undefined;

const TIMED_OUT =
  /(?:context )?deadline ?exceeded|Client\.Timeout|request canceled|timed out|did not complete within/i;
export const isTimeout = (message: string): boolean => TIMED_OUT.test(message);

/** The port has a name no port of the container has: the probe errs, which counts neither as success nor as failure. */
const namedPort: Reader = ({ probe: { handler }, kind, input, message }) => {
  if (handler.kind === 'exec' || handler.kind === 'grpc' || typeof handler.port === 'number')
    return undefined;
  const { port } = handler;
  const { spec } = input.container;
  const isDeclared = spec.ports.some(({ name }) => name === port);
  // Until 1.2x "port x not found"; since then the kubelet tries to read the name as a number last.
  const says =
    /errored/.test(message) && (/port \S{1,63} not found/.test(message) || /strconv\.Atoi/.test(message));
  if (isDeclared || !says) return undefined;
  const names = spec.ports.flatMap(({ name }) => name ?? []);
  return {
    causeId: 'probe-named-port-missing',
    certainty: 'proven',
    title: [`No port of ${spec.name} is named ${port}`, 'The probed port has no such name'],
    sentence: `The ${kind} probe asks port "${port}", and ${spec.name} names ${names.length > 0 ? names.join(', ') : 'no port'}.`,
  };
};

/** The command of the probe cannot be run; whether the app is well is not known then. */
const execError: Reader = ({ probe: { handler }, kind, input, message }) => {
  if (handler.kind !== 'exec' || isTimeout(message)) return undefined;
  const command = handler.command.join(' ');
  const missing =
    /executable file not found|no such file or directory|: not found|command not found|OCI runtime exec failed/i;
  const cannotRun = missing.test(message) || /permission denied/i.test(message);
  return {
    causeId: 'probe-exec-error',
    certainty: cannotRun ? 'likely' : 'possible',
    title: cannotRun ? [`The ${kind} command cannot run`] : [`The ${kind} command fails`],
    sentence: cannotRun
      ? `The ${kind} probe runs "${command}", which cannot be run in ${input.container.spec.name}.`
      : `The ${kind} probe runs "${command}", and it ends with an error.`,
    candidates: cannotRun ? [] : [SAYS_NO],
  };
};

const SAYS_NO: Candidate = {
  causeId: 'probe-dependency-down',
  sentence: 'The check may be right: the app, or something it needs, is not well.',
  check: 'Run the command in the container and read what it prints.',
};

/**
 * The kubelet's prober has the words of the program grpc_health_probe, which a command of a probe may be as well.
 * https://github.com/grpc-ecosystem/grpc-health-probe/blob/master/main.go
 */
const grpc: Reader = ({ probe: { handler }, kind, input, message }) => {
  const { name } = input.container.spec;
  const isNative = handler.kind === 'grpc';
  if (!isNative && (handler.kind !== 'exec' || !GRPC_WORDS.test(message))) return undefined;
  const where = isNative ? ` on port ${handler.port}` : '';
  if (/does not implement the grpc health protocol|code = Unimplemented/i.test(message)) {
    return {
      causeId: 'probe-grpc-unimplemented',
      certainty: 'likely',
      title: 'App has no gRPC health service',
      sentence: `${name} answers gRPC${where}, and has no grpc.health.v1.Health service.`,
    };
  }
  const asked = /code = NotFound desc = ([^\n]{1,200})/.exec(message)?.[1];
  if (asked) {
    return {
      causeId: 'probe-wrong-port-or-path',
      certainty: 'likely',
      title: `The ${kind} service name is unknown`,
      sentence: `${name} has a gRPC health service, and none of the name the ${kind} probe asks for: ${asked}.`,
    };
  }
  const status = /responded with "?(\w{1,40})/.exec(message)?.[1];
  if (status) {
    return {
      causeId: 'probe-non-2xx',
      certainty: 'likely',
      title: `The ${kind} probe gets ${status}`,
      sentence: `${name} answers its gRPC ${kind} probe with ${status}.`,
    };
  }
  if (!/failed to connect service/i.test(message)) return undefined;
  return {
    causeId: 'probe-app-not-listening',
    certainty: 'possible',
    title: [`No gRPC answer${where}`],
    sentence: `Nothing in ${name} answers gRPC${where}.`,
    candidates: isNative ? [SLOW, BLOCKED, ...REFUSED] : [SLOW, ...REFUSED],
  };
};

const GRPC_WORDS =
  /grpc health protocol|failed to connect service|service unhealthy \(responded with|health rpc failed/i;

const SLOW: Candidate = {
  causeId: 'probe-timeout',
  sentence: 'It may answer, and too slowly for timeoutSeconds.',
  check: 'Compare the time of an answer with timeoutSeconds, and the CPU use with its limit.',
};

const BLOCKED: Candidate = {
  causeId: 'probe-network-blocked',
  sentence: 'The kubelet may not reach the pod at all: a NetworkPolicy, or the network of the node.',
  check: 'Ask the same URL from inside the container; list the NetworkPolicies that select the pod.',
};

const TLS_PORT = /^(?:https|tls|.*-https)$/;
const SPEAKS_TLS =
  /client sent an HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS port|\b(?:listening|serving|started|running)\b[^\n]{0,80}(?:\(TLS\)|https:\/\/)/i;

/** HTTP asked of a TLS port, or TLS of a plain one. The event never holds the answer's body; the app's log may. */
const scheme: Reader = ({ probe, kind, input, message }) => {
  const { handler } = probe;
  if (handler.kind !== 'http') return undefined;
  const { container } = input;
  const port = probePort(container, probe);
  const portName = container.spec.ports.find((declared) => declared.port === port)?.name ?? '';
  const wantsTls = /HTTP response to HTTPS client|first record does not look like a TLS handshake/i.test(
    message,
  );
  const gotTls = handler.scheme === 'HTTP' && /malformed HTTP response/i.test(message);
  const line = searchLog(container.log, SPEAKS_TLS)?.line;
  const onTlsPort =
    port === 443 || port === 8443 || TLS_PORT.test(portName) || TLS_PORT.test(`${handler.port}`);
  const refusesPlain =
    handler.scheme === 'HTTP' && /statuscode: 400|: EOF$/.test(message) && (onTlsPort || line);
  if (!wantsTls && !gotTls && !refusesPlain) return undefined;
  const speaks = wantsTls ? 'plain HTTP' : /\\x00\\x00/.test(message) ? 'another protocol (gRPC?)' : 'TLS';
  return {
    causeId: 'probe-scheme-mismatch',
    certainty: 'likely',
    title: [
      `${kind} asks ${handler.scheme}, app speaks ${wantsTls ? 'HTTP' : 'TLS'}`,
      `The ${kind} scheme is wrong`,
    ],
    sentence: `The ${kind} probe asks ${handler.scheme} of port ${port ?? handler.port}, where ${container.spec.name} speaks ${speaks}.`,
    ...(line ? { line } : {}),
  };
};

/** Without the words of a probe: somebody asks this port in plain HTTP, as its probe does, and the server wants TLS. */
export function speaksTls(probe: Probe, container: ContainerSubject): ProbeReading | undefined {
  const { handler } = probe;
  const line = searchLog(container.log, ASKED_PLAIN)?.line;
  if (!line || handler.kind !== 'http' || handler.scheme !== 'HTTP') return undefined;
  const port = probePort(container, probe) ?? handler.port;
  return {
    causeId: 'probe-scheme-mismatch',
    certainty: 'possible',
    title: 'Its probe asks HTTP, it speaks TLS',
    sentence: `A server in ${container.spec.name} wants TLS and is asked in plain HTTP, which is how its probe asks port ${port}.`,
    line,
    candidates: [
      {
        causeId: 'probe-non-2xx',
        sentence: 'Somebody else may ask in plain HTTP, and the probe fail for another reason.',
        check: 'Compare the address in the log with that of the node; wait for the next event of the probe.',
      },
    ],
  };
}

const ASKED_PLAIN =
  /client sent an HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS port/i;

const network: Reader = ({ kind, input, message }) => {
  const noRoute = /no route to host|network is unreachable|host is down/i.test(message);
  if (!noRoute && !/dial tcp \S{1,80}: (?:i\/o timeout|connect: connection timed out)/i.test(message))
    return undefined;
  const node = input.pod.nodeName ?? 'the node';
  return {
    causeId: 'probe-network-blocked',
    certainty: noRoute ? 'likely' : 'possible',
    title: `Node cannot reach the pod`,
    sentence: `The ${kind} probe of ${node} does not reach the address of the pod: nobody refuses, nothing answers.`,
    candidates: noRoute ? [] : [SLOW],
  };
};

const emptyService = ({ service }: LoggedDependency): string =>
  service?.state === 'no-endpoint' ? `; Service ${service.name} behind it has no ready endpoint` : '';

const answered: Reader = ({ kind, input, message }) => {
  const code = /statuscode: (\d{3})/.exec(message)?.[1];
  if (code === undefined) return undefined;
  const { name } = input.container.spec;
  const dependency = code.startsWith('5') ? loggedDependency(input) : undefined;
  if (dependency) {
    return {
      causeId: 'probe-dependency-down',
      certainty: 'likely',
      title: [`${kind}: ${code}, ${dependency.where} is down`, `${kind}: ${code}, a dependency is down`],
      sentence: `${name} answers its ${kind} probe with ${code}, and its log says that ${dependency.where} does not answer${emptyService(dependency)}.`,
      line: dependency.line,
      dependency,
      candidates: [
        {
          causeId: 'probe-non-2xx',
          sentence: 'The app itself may be unwell.',
          check: 'Read the log of the app.',
        },
      ],
    };
  }
  const refuses = code === '401' || code === '403' ? ': the path asks for a login' : '';
  return {
    causeId: 'probe-non-2xx',
    certainty: 'likely',
    title: `The ${kind} probe gets ${code}`,
    sentence: `${name} answers its ${kind} probe with ${code}${refuses}.`,
    candidates: code.startsWith('5')
      ? [{ ...SAYS_NO, check: `Read what the app logs when it answers ${code}.` }]
      : [],
  };
};

/**
 * A request that nobody answers and packets that somebody drops end in the same words: Go's client says "awaiting headers"
 * while it still connects.
 * https://github.com/golang/go/blob/master/src/net/http/client.go (setRequestCancel)
 */
const timedOut: Reader = ({ kind, input, message, probe }) => {
  if (!isTimeout(message)) return undefined;
  const isReached = probe.handler.kind === 'exec' || hasBeenReached(input);
  return {
    causeId: 'probe-timeout',
    certainty: isReached ? 'likely' : 'possible',
    title: `The ${kind} probe times out`,
    sentence: `${input.container.spec.name} does not answer its ${kind} probe within ${probe.timeoutSeconds} s.`,
    candidates: isReached ? [] : [BLOCKED],
  };
};

const refused: Reader = ({ kind, input, message, probe }) => {
  if (!/connection refused/i.test(message)) return undefined;
  const { container } = input;
  const port = probePort(container, probe);
  const { name } = container.spec;
  const loopback = listensOnLoopback(container);
  if (loopback && loopback.port === port) {
    return {
      causeId: 'app-binds-localhost',
      certainty: 'likely',
      title: [`Listens on ${loopback.host} only`, 'Listens on localhost only'],
      sentence: `${name} listens on ${loopback.host}:${port}; the ${kind} probe asks the address of the pod, where nothing listens.`,
      line: loopback.line,
    };
  }
  const line = stillStarting(container.log);
  if (line) {
    return {
      causeId: 'probe-too-early',
      certainty: 'likely',
      title: `Still starting, the ${kind} probe asks`,
      sentence: `${name} is still starting and does not listen yet, so the ${kind} probe is refused.`,
      line,
      candidates: [NEVER_LISTENS],
    };
  }
  return {
    causeId: 'probe-app-not-listening',
    certainty: 'possible',
    title: [`Nothing listens on port ${port ?? ''}`.trim()],
    sentence: `Nothing in ${name} listens on ${port === undefined ? 'the probed port' : `port ${port}`}, so the ${kind} probe is refused.`,
    candidates: REFUSED,
  };
};

const NEVER_LISTENS: Candidate = {
  causeId: 'probe-app-not-listening',
  sentence: 'The app may never listen on this port.',
  check: 'Look for a listen address in the log.',
};
const REFUSED: readonly Candidate[] = [
  {
    causeId: 'probe-wrong-port-or-path',
    sentence: 'The app may listen on another port than the probe asks.',
    check: 'Look for a listen address in the log; compare it with the probe.',
  },
  {
    causeId: 'app-binds-localhost',
    sentence: 'The app may listen on 127.0.0.1 only; the kubelet asks the pod IP.',
    check: 'Look for the listen address in the log.',
  },
  {
    causeId: 'probe-too-early',
    sentence: 'The app may need longer to start than the probe allows.',
    check: 'See whether it listens later.',
  },
];

/** First answer wins: what names the mistake before what only says that there was no good answer. */
const READERS: readonly Reader[] = [namedPort, grpc, scheme, execError, network, answered, timedOut, refused];

/** What the words of a failing probe say, in the grammar of the kubelet's probers. `undefined` for unknown words. */
export function readProbe(words: ProbeWords): ProbeReading | undefined {
  for (const reader of READERS) {
    const reading = reader(words);
    if (reading) return reading;
  }
  return undefined;
}
