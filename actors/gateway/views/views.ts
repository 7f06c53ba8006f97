import { type AlarmChange, alarmChange } from '../../../protocol/messages/alarm-change.ts';
import {
  alarmCommandResult,
  type CommandResult,
  noticeCommandResult,
} from '../../../protocol/messages/alarm-command.ts';
import { type AlarmRulesApplied, alarmRulesApplied } from '../../../protocol/messages/alarm-rules.ts';
import { type Health, health } from '../../../protocol/messages/health.ts';
import { type MachineMode, machineMode } from '../../../protocol/messages/machine-mode.ts';
import { type Readings, readings, slowReadings } from '../../../protocol/messages/readings.ts';
import { type Silence, silence } from '../../../protocol/messages/silence.ts';
import { type Lane, watch } from '../../../runtime/actor.ts';
import type { LiveHub } from '../live/hub.ts';
import { AlarmsView } from './alarms.ts';
import { CommandResults } from './command-results.ts';
import { HealthView } from './health.ts';
import { ReadingsView } from './readings.ts';
import { SilencesView } from './silences.ts';

/** What the streams say now, kept by lanes that watch them. */
export class Views {
  readonly alarms = new AlarmsView();
  readonly health = new HealthView();
  readonly readings = new ReadingsView();
  readonly silences = new SilencesView();
  readonly results = new CommandResults();
  readonly #behind = new Set(['ALARM', 'BEAM', 'HEALTH', 'NOTICE', 'SLOW']);

  /** Streams whose present has not been seen yet. */
  get behind(): readonly string[] {
    return [...this.#behind];
  }

  /** @param live is told what comes, once it is in the views */
  lanes(live: Pick<LiveHub, 'alarms' | 'spill' | 'beat'>): readonly Lane[] {
    return [
      watch<AlarmChange | MachineMode | AlarmRulesApplied | CommandResult>({
        stream: 'ALARM',
        types: [alarmChange, machineMode, alarmRulesApplied, alarmCommandResult],
        from: 'current',
        see: message => {
          if (message.type === alarmCommandResult.type) this.results.see(message.body as CommandResult);
          this.alarms.see(message);
          live.alarms.see(message);
        },
        caughtUp: () => {
          this.#behind.delete('ALARM');
          live.alarms.caughtUp();
        },
      }),
      watch<Readings>({
        stream: 'BEAM',
        types: [readings],
        from: 'current',
        see: message => {
          const isNew = this.readings.see(message);
          // Of spills only those that come now are news.
          if (isNew && !this.#behind.has('BEAM')) live.spill(message);
        },
        caughtUp: () => this.#behind.delete('BEAM'),
      }),
      watch<Readings>({
        stream: 'SLOW',
        types: [slowReadings],
        from: 'current',
        see: message => void this.readings.see(message),
        caughtUp: () => this.#behind.delete('SLOW'),
      }),
      watch<Health>({
        stream: 'HEALTH',
        types: [health],
        from: 'current',
        see: ({ body }) => {
          this.health.see(body);
          live.beat();
        },
        caughtUp: () => this.#behind.delete('HEALTH'),
      }),
      watch<Silence | CommandResult>({
        stream: 'NOTICE',
        types: [silence, noticeCommandResult],
        from: 'current',
        see: ({ type, body }) => {
          if (type === silence.type) this.silences.see(body as Silence);
          else this.results.see(body as CommandResult);
        },
        caughtUp: () => this.#behind.delete('NOTICE'),
      }),
    ];
  }
}
