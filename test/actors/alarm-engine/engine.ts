import { type EngineMessage, step } from '../../../actors/alarm-engine/engine/engine.ts';
import { EngineState, initialState } from '../../../actors/alarm-engine/engine/state.ts';
import type { MessageType } from '../../../protocol/message.ts';
import { type AlarmChange, alarmChange } from '../../../protocol/messages/alarm-change.ts';
import {
  type AlarmCommand,
  alarmCommand,
  alarmCommandResult,
  type CommandResult,
  parseAlarmCommand,
} from '../../../protocol/messages/alarm-command.ts';
import { alarmRules } from '../../../protocol/messages/alarm-rules.ts';
import { type Health, health } from '../../../protocol/messages/health.ts';
import { ledgerGap } from '../../../protocol/messages/ledger-gap.ts';
import { type Readings, readings } from '../../../protocol/messages/readings.ts';
import { wake } from '../../../protocol/messages/wake.ts';
import { eventTimeFromMs } from '../../../protocol/time.ts';
import type { Delivered, Outgoing } from '../../../runtime/actor.ts';

export const T0 = 1_795_000_000_000;

/** An engine that is told things one by one, with all that came of them. */
export class TestEngine {
  state: EngineState = initialState;
  now = T0;
  readonly outputs: Outgoing[] = [];
  readonly told: Delivered<EngineMessage>[] = [];

  constructor(rules?: string) {
    if (rules !== undefined) this.rules(rules);
  }

  /** Tells a message `afterMs` after the last one; what comes of it. */
  tell<Body>(type: MessageType<Body>, body: Body, afterMs = 0): Outgoing[] {
    this.now += afterMs;
    const message = {
      type: type.type,
      body: type.decode(type.encode(body)),
      identity: type.identity(body),
      stream: 'BEAM@1',
      sequence: this.told.length + 1,
      storedAt: this.now,
      subject: type.subject('test', body),
      hops: [],
    } as unknown as Delivered<EngineMessage>;
    this.told.push(message);
    const made = step(this.state, message);
    this.state = made.state;
    this.outputs.push(...made.outputs);
    return [...made.outputs];
  }

  rules(text: string, afterMs = 0): Outgoing[] {
    const files = [{ path: 'alarms/test.yaml', text }];
    return this.tell(alarmRules, { files, by: 'test', at: eventTimeFromMs(this.now + afterMs) }, afterMs);
  }

  /** Readings of one trigger: values by device. */
  read(
    values: Readonly<Record<string, number | null>>,
    afterMs = 1000,
    over: Partial<Readings> = {},
  ): Outgoing[] {
    return this.tell(readings, readingsOf(values, this.now + afterMs, over), afterMs);
  }

  beat(actor: string, afterMs = 1000, over: Partial<Health> = {}): Outgoing[] {
    return this.tell(health, healthOf(actor, this.now + afterMs, over), afterMs);
  }

  gap(stage: string, afterMs = 0): Outgoing[] {
    const at = eventTimeFromMs(this.now + afterMs);
    return this.tell(ledgerGap, { stage, stream: 'BEAM@1', first: 1, last: 2, reason: 'gone', at }, afterMs);
  }

  wake(afterMs: number): Outgoing[] {
    return this.tell(wake, { actor: 'alarm-engine', at: eventTimeFromMs(this.now + afterMs) }, afterMs);
  }

  command(fields: Readonly<Record<string, unknown>>, afterMs = 0): CommandResult | undefined {
    const outputs = this.tell(alarmCommand, commandOf(fields), afterMs);
    return outputs.find(({ type }) => type === alarmCommandResult)?.body as CommandResult | undefined;
  }

  /** What a crash and a restart do to the state. */
  restart(): void {
    this.state = EngineState.parse(JSON.parse(JSON.stringify(this.state)));
  }

  get changes(): AlarmChange[] {
    return changesIn(this.outputs);
  }

  /** `from > to` of every change, in order. */
  moves(outputs: readonly Outgoing[] = this.outputs): string[] {
    return changesIn(outputs).map(({ alarm, from, to, cause }) => `${alarm}: ${from} > ${to} (${cause})`);
  }
}

export const changesIn = (outputs: readonly Outgoing[]): AlarmChange[] =>
  outputs.filter(({ type }) => type === alarmChange).map(({ body }) => body as AlarmChange);

let commands = 0;

/** Kinds that ask for a reason, where others take a note. */
const WITH_REASON: readonly unknown[] = ['shelve', 'disable', 'set-mode'];

export function commandOf(fields: Readonly<Record<string, unknown>>): AlarmCommand {
  const id = `00000000-0000-4000-8000-${String(++commands).padStart(12, '0')}`;
  const at = { seconds: 1_795_000_000, nanoseconds: 0 };
  const note = WITH_REASON.includes(fields['kind']) ? {} : { note: '' };
  return parseAlarmCommand({ id, by: 'shifter', origin: 'terminal', from: 'here', at, ...note, ...fields });
}

/** `null` stands for a NaN. */
export function readingsOf(
  values: Readonly<Record<string, number | null>>,
  ms: number,
  over: Partial<Readings> = {},
): Readings {
  const { seconds, nanoseconds } = eventTimeFromMs(ms);
  return {
    source: 'bd',
    mode: 'callback',
    trigger: 'A9',
    inOut: 'in',
    time: { seconds, nanoseconds },
    devices: Object.entries(values).map(([name, value]) => ({
      name,
      kind: 'float',
      units: '',
      status: 0,
      seconds,
      milliseconds: Math.floor(nanoseconds / 1e6),
      values: [value ?? 0],
      ...(value === null ? { nonFinite: [[0, 'NaN']] as [number, 'NaN'][] } : {}),
    })),
    problems: [],
    ...over,
  };
}

export function healthOf(actor: string, ms: number, over: Partial<Health> = {}): Health {
  const at = eventTimeFromMs(ms);
  return {
    actor,
    instance: `${actor}-1`,
    pid: 1,
    host: 'here',
    version: '0',
    startedAt: at,
    at,
    state: 'running',
    lanes: [],
    counters: {},
    latencies: {},
    ...over,
  };
}
