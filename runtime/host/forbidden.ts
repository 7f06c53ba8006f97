import type { NatsConnection, Status } from '@nats-io/transport-node';
import { errors } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { type ErrorCode, SpillwayError } from '../../protocol/errors.ts';

/** Causes are followed so far. */
const DEEPEST = 8;

/** Refusals that are told; a program that is not allowed a thing tries the same few subjects. */
const TOLD = 100;

/** The error for something that NATS did not do: NATS_FORBIDDEN where it was refused, which no waiting for a server mends. */
export const natsFailure = (code: ErrorCode, message: string, cause: unknown): SpillwayError =>
  forbidden(cause, message) ?? new SpillwayError(code, message, { cause });

/** NATS_FORBIDDEN if a refusal is the cause of what was thrown; undefined if not. @param doing what failed by it */
export function forbidden(thrown: unknown, doing?: string): SpillwayError | undefined {
  let cause = thrown;
  for (let depth = 0; depth < DEEPEST && cause instanceof Error; depth++) {
    if (cause instanceof SpillwayError && cause.code === 'NATS_FORBIDDEN') return cause;
    if (cause instanceof errors.PermissionViolationError) {
      const what = `NATS does not allow ${told(cause)}`;
      return new SpillwayError('NATS_FORBIDDEN', doing ? `${doing}: ${what}` : what, { cause: thrown });
    }
    cause = cause.cause;
  }
  return undefined;
}

/**
 * Tells of every refusal, once per subject, for as long as the connection lives: the server answers a message that nobody
 * waits for with nothing else.
 */
export function tellRefusals(connection: NatsConnection, user: string, log: Logger): void {
  const told = new Set<string>();
  void (async () => {
    for await (const status of connection.status()) {
      const refused = refusalIn(status);
      const key = refused && `${refused.operation} ${refused.subject}`;
      if (!key || told.has(key) || told.size >= TOLD) continue;
      told.add(key);
      const { operation, subject } = refused;
      log.error(
        { code: 'NATS_FORBIDDEN', user, operation, subject },
        `NATS does not allow ${user} this ${operation}: ${subject}`,
      );
    }
  })();
}

const refusalIn = (status: Status) =>
  status.type === 'error' && status.error instanceof errors.PermissionViolationError
    ? status.error
    : undefined;

const told = ({ operation, subject }: { readonly operation: string; readonly subject: string }): string =>
  `${operation === 'subscription' ? 'to listen to' : 'to publish to'} ${subject}`;
