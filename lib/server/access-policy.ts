import { AppError } from './app-error.ts';
import { processSlot } from './process-slot.ts';

/** Who may talk to this process. Set once, when the port is bound. */
export type AccessPolicy = {
  /** Exact values of the Host header, lower case: `localhost:4180`. */
  readonly hosts: readonly string[];
  /** Exact values of the Origin header: `http://localhost:4180`. */
  readonly origins: readonly string[];
  /** No write leaves this process, whoever asks. */
  readonly readOnly: boolean;
};

const slot = processSlot<AccessPolicy>('access-policy');

export function installAccessPolicy(policy: AccessPolicy): void {
  slot.set(policy);
}

/** Fails closed: without our own server in front (a bare `next start`) nothing is answered. */
export function accessPolicy(): AccessPolicy {
  const policy = slot.get();
  if (!policy) {
    throw new AppError('unavailable', 'This server was not started by the uncrash command.', {
      hint: 'Start it with: npm start',
    });
  }
  return policy;
}
