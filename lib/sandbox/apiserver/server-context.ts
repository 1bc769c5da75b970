import type { Clock } from '#lib/sandbox/clock.ts';
import type { ExecSource } from './exec-source.ts';
import type { Faults } from './faults.ts';
import type { Journal } from './journal.ts';
import type { LogSource } from './log-source.ts';
import type { Json } from './objects/json.ts';
import type { User } from './request-info.ts';
import type { Resource } from './resources.ts';
import type { UsageSource } from './usage-source.ts';
import type { WebhookBackend } from './webhook-backend.ts';

/** Everything a request handler may touch. */
export type ServerContext = {
  readonly journal: Journal;
  readonly clock: Clock;
  /** Uniform in [0, 1), seeded. */
  readonly random: () => number;
  readonly logs: () => LogSource;
  readonly exec: () => ExecSource;
  readonly usage: () => UsageSource;
  readonly webhooks: () => WebhookBackend;
  readonly faults: Faults;
  /** Ends every open watch with 410. */
  readonly watches: Set<() => void>;
};

/** A parsed, authorised request for a resource. */
export type ResourceRequest = {
  readonly resource: Resource;
  readonly subresource?: string;
  readonly namespace?: string;
  /** Empty for collections. */
  readonly name: string;
  readonly query: URLSearchParams;
  readonly body?: Json;
  /** Media type of the body without parameters. */
  readonly contentType: string;
  readonly accept: string;
  readonly user: User;
  readonly userAgent: string;
};
