import { createHash } from 'node:crypto';
import type { Milliseconds } from '../../protocol/time.ts';
import { type ChannelConfig, canEdit } from './channels/config.ts';
import type { AlarmDispatcherConfig } from './config.ts';
import { compileRouter, type Router } from './routes/router.ts';

/** How one channel is fed. */
export interface ChannelPlan {
  readonly name: string;
  /** Most messages in any `windowMs`; edits are messages. */
  readonly limit: number;
  readonly windowMs: Milliseconds;
  /** Messages of the limit that only what is MAJOR or INVALID may use. */
  readonly reserve: number;
  /** Once only so many are left, urgent messages are spread over the window. */
  readonly tail: number;
  readonly edits: boolean;
  /** A program reads it: it is given every item, and never a mere count. */
  readonly program: boolean;
  /** Shortest time from one message of an incident to the next update. */
  readonly updateMs: Milliseconds;
  /** Changes when the channel's configuration does: then a channel that refused is tried again. */
  readonly revision: string;
}

/** The configuration, as the fold uses it. */
export interface DispatchPlan {
  readonly revision: string;
  readonly channels: ReadonlyMap<string, ChannelPlan>;
  readonly router: Router;
  readonly repeatMs: Milliseconds | undefined;
  readonly groupMs: Milliseconds;
  readonly digestMs: Milliseconds;
  readonly closeMs: Milliseconds;
  readonly failingMs: Milliseconds;
  readonly keepSilencesMs: Milliseconds;
}

const MINUTE = 60_000;

/** Share of the limit that is kept for MAJOR and INVALID, and the share of that which is spread out. */
const RESERVE = 0.6;
const TAIL = 1 / 3;

export function planOf(config: AlarmDispatcherConfig): DispatchPlan {
  const names = Object.keys(config.channels);
  const routes =
    config.routes.length > 0
      ? config.routes
      : [{ name: 'everything', channels: names, continue: false, routes: [] }];
  const repeatMs = config.repeat === 'never' ? undefined : config.repeat;
  const channels = Object.entries(config.channels).map(
    ([name, channel]) => [name, channelPlanOf(name, channel, config)] as const,
  );
  return {
    revision: digest(config),
    channels: new Map(channels),
    router: compileRouter(routes, repeatMs),
    repeatMs,
    groupMs: config.groupInterval,
    digestMs: config.digestInterval,
    closeMs: config.closeAfter,
    failingMs: config.failingAfter,
    keepSilencesMs: config.keepSilences,
  };
}

function channelPlanOf(name: string, channel: ChannelConfig, config: AlarmDispatcherConfig): ChannelPlan {
  // Less than one a minute is one in more than a minute.
  const limit = Math.max(1, Math.floor(channel.perMinute));
  const windowMs = channel.perMinute < 1 ? MINUTE / channel.perMinute : MINUTE;
  const reserve = Math.min(limit - 1, Math.ceil(limit * RESERVE));
  const program = channel.kind === 'webhook' || channel.kind === 'alertmanager';
  const edits = canEdit(channel);
  return {
    name,
    limit,
    windowMs,
    reserve,
    tail: Math.floor(reserve * TAIL),
    edits,
    program,
    updateMs: edits || program ? config.groupInterval : config.updateInterval,
    revision: digest(channel),
  };
}

/** One way, for what it is made of holds secrets. */
const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 16);
