import { type ErrorCode, SpillwayError } from '../../../protocol/errors.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import { redact } from '../../../runtime/log.ts';

type ChannelErrorCode = Extract<ErrorCode, `CHANNEL_${string}`>;

interface About {
  readonly unclear?: boolean;
  readonly quietMs?: Milliseconds;
  readonly cause?: unknown;
}

/** Why a message was not sent, and what that means for the next ones. Its text holds no secret. */
export class ChannelError extends SpillwayError {
  declare readonly code: ChannelErrorCode;
  /** The message may have arrived all the same: the connection broke, or a gateway in between gave up. */
  readonly unclear: boolean;
  /** For how long nothing at all may be sent to this address. */
  readonly quietMs: Milliseconds;

  constructor(code: ChannelErrorCode, message: string, { unclear = false, quietMs = 0, cause }: About = {}) {
    super(code, redact(message), { cause });
    this.unclear = unclear;
    this.quietMs = quietMs;
  }
}
