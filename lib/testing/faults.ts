/** What can go wrong between a client and an API server. `forMs`: for so long; the others strike once. */
export type Fault =
  /** Requests are answered with this status: as a Status, or as a load balancer's page. */
  | {
      readonly do: 'refuse';
      readonly status: 401 | 403 | 429 | 500 | 502 | 503 | 504;
      readonly html: boolean;
      readonly retryAfterSeconds?: number;
      readonly forMs: number;
    }
  /** Requests get 200 and a login page. */
  | { readonly do: 'portal'; readonly forMs: number }
  /** The connection breaks before an answer. */
  | { readonly do: 'reset'; readonly forMs: number }
  /** Nothing is refused, nothing arrives: open streams fall silent for good, requests get no answer. */
  | { readonly do: 'blackhole'; readonly forMs: number }
  /** Every answer and every event is so much later, in order; of one kind: what happened later elsewhere is seen before. */
  | { readonly do: 'delay'; readonly delayMs: number; readonly forMs: number }
  /** A server without initial events refuses watches that ask for them. */
  | { readonly do: 'refuse-watch-list'; readonly status: 400 | 422; readonly forMs: number }
  /** The next bookmark that ends initial events does not come. */
  | { readonly do: 'withhold-end' }
  /** Open streams fall silent for good, while everything else goes on. */
  | { readonly do: 'hang' }
  /** Open streams break: between events, or inside the next event. */
  | { readonly do: 'cut' | 'cut-mid-event' }
  /** The next event comes so that nobody can read it. */
  | { readonly do: 'garble' }
  /** Open streams end as at their time limit. */
  | { readonly do: 'close' }
  /** The next event comes twice. */
  | { readonly do: 'duplicate' }
  /** The next list breaks off in its middle. */
  | { readonly do: 'truncate' }
  /** 410: for the next watch as an HTTP status, or for the open ones as an ERROR event. */
  | { readonly do: 'expire'; readonly as: 'status' | 'event' }
  /** The version the next watch names is not yet known to the replica that is asked. */
  | { readonly do: 'too-large' }
  /** The API server goes away: open streams break, connections are refused. */
  | { readonly do: 'restart'; readonly forMs: number };

export type LastingFault = Extract<Fault, { readonly forMs: number }>;
