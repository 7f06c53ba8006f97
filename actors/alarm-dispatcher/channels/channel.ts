import type { Logger } from 'pino';
import type { AlarmCommand, CommandResult } from '../../../protocol/messages/alarm-command.ts';
import type { Notice } from '../../../protocol/messages/notice.ts';
import type { Clock } from '../../../protocol/time.ts';

/** A way to tell people or programs: one chat channel, one webhook, one list of mail addresses. */
export interface Channel extends AsyncDisposable {
  /** As in the configuration. */
  readonly name: string;
  /**
   * Sends one notice. Never two at a time: the caller waits for one before it gives the next. Keeps to the channel's
   * rate by waiting.
   * @param again an earlier life of the dispatcher may have sent it
   * @throws SpillwayError CHANNEL_AWAY (may be tried again), CHANNEL_LIMITED (may be tried again; the channel itself
   *   holds the next try back for as long as the other side asked), CHANNEL_REFUSED (never to be tried again). When `signal`
   *   aborts, throws its reason.
   */
  send(notice: Notice, again: boolean, signal: AbortSignal): Promise<Sent>;
}

/** What is known of a notice that was sent. */
export interface Sent {
  /** The other side's own name of the message, where it can be edited later: goes into `edits` of the next notice. */
  readonly reference?: string;
  /** The other side's own name of the incident's thread: goes into `thread` of the next notice. */
  readonly thread?: string;
  /** It may be there twice: whether an earlier try had arrived could not be found out. */
  readonly doubtful: boolean;
  /** What the other side said, in a few words, without secrets. */
  readonly detail: string;
}

/** What a channel may use of the world. */
export interface ChannelServices {
  readonly experiment: string;
  readonly log: Logger;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /**
   * Stores a command that somebody gave in this channel and waits for its result. Told twice with the same id, it is
   * the same command.
   * @throws SpillwayError NOT_ANSWERED, PUBLISH_FAILED
   */
  command(command: AlarmCommand): Promise<CommandResult>;
  /** Aborts when the dispatcher stops. */
  readonly signal: AbortSignal;
}
