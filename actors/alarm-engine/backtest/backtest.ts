import { type AlarmChange, alarmChange } from '../../../protocol/messages/alarm-change.ts';
import { type AlarmRules, alarmRules } from '../../../protocol/messages/alarm-rules.ts';
import { type MachineMode, machineMode } from '../../../protocol/messages/machine-mode.ts';
import { eventTimeFromMs, eventTimeToMs, type Milliseconds } from '../../../protocol/time.ts';
import type { Delivered } from '../../../runtime/actor.ts';
import type { EngineMessage } from '../engine/engine.ts';
import { Player, past, type Said } from './play.ts';
import type { Range } from './range.ts';
import { setMode } from './recorded-modes.ts';
import { type AlarmTally, Tally } from './tally.ts';

export type RuleFiles = AlarmRules['files'];

export interface BacktestOptions {
  readonly range: Range;
  /** The machine mode throughout; otherwise as it was recognised and set. */
  readonly mode?: string | undefined;
}

/** What rules would have done with recorded data. */
export interface BacktestResult {
  readonly alarms: readonly AlarmTally[];
  /** Milliseconds in each machine mode. */
  readonly modes: Readonly<Record<string, Milliseconds>>;
  readonly messages: number;
  readonly readings: number;
}

/**
 * Recorded time before the range that the rules are given: inputs must have come once, and delays have a past, before what
 * an alarm does means anything.
 */
export const RUN_IN_MS: Milliseconds = 5 * 60_000;

/**
 * Plays recorded messages, in the order of their storage, through the engine's own fold under each of the rule sets: what
 * they would have said had they been in force. Nobody acknowledges or resets anything.
 * @param messages from `RUN_IN_MS` before the range on
 * @throws SpillwayError ALARM_RULES_INVALID
 */
export async function backtest(
  ruleSets: readonly RuleFiles[],
  messages: AsyncIterable<Delivered<EngineMessage>>,
  { range, mode }: BacktestOptions,
): Promise<BacktestResult[]> {
  const runs = ruleSets.map(files => new Run(files, range, mode));
  let count = 0;
  let readings = 0;
  for await (const message of messages) {
    if (message.storedAt >= range.to) break;
    if (message.storedAt >= range.from) {
      count += 1;
      if ('devices' in message.body) readings += message.body.devices.length;
    }
    for (const run of runs) run.take(message);
  }
  return runs.map(run => ({ ...run.end(), messages: count, readings }));
}

class Run {
  readonly #player = new Player();
  readonly #range: Range;
  readonly #tally: Tally;
  readonly #modes: Record<string, Milliseconds> = {};
  #mode: { name: string; since: Milliseconds };

  constructor(files: RuleFiles, range: Range, mode: string | undefined) {
    const begin = range.from - RUN_IN_MS;
    this.#range = range;
    this.#tally = new Tally(range.from);
    this.#mode = { name: this.#player.state.mode.name, since: range.from };
    const rules = { files, by: 'backtest', at: eventTimeFromMs(begin) };
    this.#hear(this.#player.take(past(alarmRules.type, rules, begin)));
    if (mode !== undefined) this.take(setMode(mode, begin));
  }

  take(message: Delivered<EngineMessage>): void {
    this.#hear(this.#player.take(message));
  }

  end(): Pick<BacktestResult, 'alarms' | 'modes'> {
    const { to } = this.#range;
    this.#hear(this.#player.passUntil(to));
    this.#leaveMode(to);
    return { alarms: this.#tally.end(to), modes: this.#modes };
  }

  #hear(said: readonly Said[]): void {
    for (const { output } of said) {
      if (output.type.type === alarmChange.type) this.#tally.see(output.body as AlarmChange);
      else if (output.type.type === machineMode.type) {
        const { mode, at } = output.body as MachineMode;
        this.#leaveMode(eventTimeToMs(at));
        this.#mode = { name: mode, since: eventTimeToMs(at) };
      }
    }
  }

  #leaveMode(at: Milliseconds): void {
    const { name, since } = this.#mode;
    const lasted = at - Math.max(since, this.#range.from);
    if (lasted > 0) this.#modes[name] = (this.#modes[name] ?? 0) + lasted;
  }
}
