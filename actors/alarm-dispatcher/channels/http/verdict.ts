import type { Milliseconds } from '../../../../protocol/time.ts';
import { redact } from '../../../../runtime/log.ts';
import { ChannelError } from '../channel-error.ts';
import { clean } from '../text/clean.ts';
import type { HttpAnswer } from './exchange.ts';

/** An address that does not know us is left in peace for so long. */
const SHUT_MS: Milliseconds = 10 * 60_000;
/** What a 429 without a time means. */
const LIMITED_MS: Milliseconds = 30_000;
/** No pause is longer than this, whatever the other side says. */
const LONGEST_PAUSE_MS: Milliseconds = 60 * 60_000;

const EXCERPT = 200;

/**
 * What a webhook's answer means, by its status.
 * @returns undefined when the message was taken
 */
export function verdict({ status, headers, text }: HttpAnswer): ChannelError | undefined {
  if (status >= 200 && status < 300) return undefined;
  const said = excerpt(text);
  const message = `HTTP ${status}${said === '' ? '' : `: ${said}`}`;
  if (status === 429) {
    return new ChannelError('CHANNEL_LIMITED', message, { quietMs: retryAfterMs(headers['retry-after']) });
  }
  if (status >= 300 && status < 400) {
    return new ChannelError('CHANNEL_REFUSED', `HTTP ${status}: a redirect, which is not followed`);
  }
  if (status === 408 || status === 425 || status === 503) return new ChannelError('CHANNEL_AWAY', message);
  if (status === 501 || status === 505) return new ChannelError('CHANNEL_REFUSED', message);
  // The failure may lie behind the point where the message was taken.
  if (status >= 500) return new ChannelError('CHANNEL_AWAY', message, { unclear: true });
  const shut = status === 401 || status === 403 || status === 404 || status === 410;
  return new ChannelError('CHANNEL_REFUSED', message, { quietMs: shut ? SHUT_MS : 0 });
}

/** RFC 9110, 10.2.3: seconds. The other form, a date, depends on clocks that may differ, so it counts as not given. */
export function retryAfterMs(value: string | undefined): Milliseconds {
  const seconds = Number(value ?? Number.NaN);
  const ms = Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : LIMITED_MS;
  return Math.min(LONGEST_PAUSE_MS, Math.max(1, ms));
}

/** The first words of an answer, on one line; without secrets before it is cut, for a part of one would not be known. */
export const excerpt = (text: string): string =>
  clean(redact(text).slice(0, 4 * EXCERPT))
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, EXCERPT);
