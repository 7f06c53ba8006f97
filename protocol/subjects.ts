/**
 * Every stream and every subject, once. Subjects are `<experiment>.<domain>.<kind>.<detail>` and are built
 * only here; stream limits, the README's table and NATS permissions derive from this table.
 */

const DAY = 24 * 60 * 60 * 1000;
const GIB = 1024 ** 3;

export interface StreamSpec {
  /** Subject space after `<experiment>.`, as a NATS wildcard. */
  readonly space: string;
  readonly summary: string;
  readonly producers: readonly string[];
  readonly consumers: readonly string[];
  /** How long a message stays, in milliseconds. Longer than any outage a consumer must survive. */
  readonly maxAgeMs: number;
  readonly maxBytes: number;
  /** Set where only the last value of a subject matters. */
  readonly maxPerSubject?: number;
  /** How long JetStream remembers identities, in milliseconds: at least the longest retry of a producer. */
  readonly duplicateWindowMs: number;
}

export const STREAMS = {
  BEAM: {
    space: 'beam.>',
    summary: 'readings as the front end gave them, one message per trigger',
    producers: ['beam-monitor'],
    consumers: ['spill-packer', 'recorder', 'alarm-engine', 'gateway', 'auditor'],
    maxAgeMs: 14 * DAY,
    maxBytes: 8 * GIB,
    duplicateWindowMs: 30 * 60_000,
  },
  SPILL: {
    space: 'spill.>',
    summary: 'packed raw data block records, one message per record',
    producers: ['spill-packer'],
    consumers: ['rotorooter-feed', 'recorder', 'auditor'],
    maxAgeMs: 30 * DAY,
    maxBytes: 4 * GIB,
    duplicateWindowMs: 10 * 60_000,
  },
  LEDGER: {
    space: 'ledger.>',
    summary: 'what has reached which stage, and what is missing',
    producers: ['rotorooter', 'rotorooter-feed', 'recorder', 'runtime'],
    consumers: ['recorder', 'alarm-engine', 'auditor'],
    maxAgeMs: 30 * DAY,
    maxBytes: GIB / 2,
    duplicateWindowMs: 10 * 60_000,
  },
  EVENT: {
    space: 'event.>',
    summary:
      'references to raw detector events, whose bodies are in the event store, and serials that are missing',
    producers: ['event-intake'],
    consumers: ['sentinel', 'pedestal-maker', 'buffer-keeper', 'recorder', 'auditor'],
    maxAgeMs: 14 * DAY,
    maxBytes: 2 * GIB,
    duplicateWindowMs: 10 * 60_000,
  },
  RUN: {
    space: 'run.>',
    summary: 'begin and end of every run, and the pedestals made of pedestal runs',
    producers: ['event-intake', 'pedestal-maker'],
    consumers: [
      'pedestal-maker',
      'sentinel',
      'buffer-keeper',
      'run-summary',
      'recorder',
      'gateway',
      'auditor',
    ],
    maxAgeMs: 400 * DAY,
    maxBytes: GIB,
    duplicateWindowMs: 10 * 60_000,
  },
  RECO: {
    space: 'reco.>',
    summary: 'what was reconstructed of each event, one message per event',
    producers: ['sentinel'],
    consumers: ['run-summary', 'recorder', 'auditor'],
    maxAgeMs: 14 * DAY,
    maxBytes: 4 * GIB,
    duplicateWindowMs: 10 * 60_000,
  },
  SUMMARY: {
    space: 'summary.>',
    summary: 'what a run amounts to, anew whenever more of it is known',
    producers: ['run-summary'],
    consumers: ['recorder', 'gateway', 'auditor'],
    maxAgeMs: 400 * DAY,
    maxBytes: GIB / 4,
    duplicateWindowMs: 10 * 60_000,
  },
  DISPLAY: {
    space: 'display.>',
    summary: 'pictures for people: event displays and waveforms, the latest of each kind',
    producers: ['sentinel'],
    consumers: ['gateway'],
    maxAgeMs: DAY,
    maxBytes: GIB / 4,
    maxPerSubject: 50,
    duplicateWindowMs: 60_000,
  },
  SLOW: {
    space: 'slow.>',
    summary: "slow control of detectors, one message per equipment and reading, in its sensors' units",
    producers: ['event-intake'],
    consumers: ['recorder', 'alarm-engine', 'gateway'],
    maxAgeMs: 14 * DAY,
    maxBytes: GIB,
    duplicateWindowMs: 30 * 60_000,
  },
  AUDIT: {
    space: 'audit.>',
    summary: 'whether it is all there: accounts of every source and period, and what is missing in them',
    producers: ['auditor'],
    consumers: ['recorder'],
    maxAgeMs: 400 * DAY,
    maxBytes: GIB,
    duplicateWindowMs: 10 * 60_000,
  },
  ALARM: {
    space: 'alarm.>',
    summary:
      'every change of every alarm, of the machine mode and of the rules; the last one per alarm is its state',
    producers: ['alarm-engine'],
    consumers: ['alarm-dispatcher', 'recorder', 'gateway'],
    maxAgeMs: 400 * DAY,
    maxBytes: GIB,
    duplicateWindowMs: 10 * 60_000,
  },
  COMMAND: {
    space: 'command.>',
    summary: 'what people want done about alarms, rules to be put in force, notifications from outside',
    producers: ['alarm-engine', 'alarm-dispatcher', 'gateway', 'operators'],
    consumers: ['alarm-engine', 'alarm-dispatcher', 'recorder'],
    maxAgeMs: 90 * DAY,
    maxBytes: GIB / 4,
    duplicateWindowMs: 10 * 60_000,
  },
  NOTICE: {
    space: 'notice.>',
    summary: 'the outbox: messages to be sent to chat, webhooks and e-mail, one per page',
    producers: ['alarm-dispatcher'],
    consumers: ['alarm-dispatcher', 'recorder', 'gateway'],
    maxAgeMs: 30 * DAY,
    maxBytes: GIB / 2,
    duplicateWindowMs: 10 * 60_000,
  },
  OUTCOME: {
    space: 'outcome.>',
    summary: 'what became of each notice',
    producers: ['alarm-dispatcher'],
    consumers: ['alarm-dispatcher', 'recorder'],
    maxAgeMs: 30 * DAY,
    maxBytes: GIB / 4,
    duplicateWindowMs: 60 * 60_000,
  },
  TIMER: {
    space: 'timer.>',
    summary: 'time has come: messages that wake an actor which waits for it',
    producers: ['runtime'],
    consumers: ['run-summary', 'alarm-engine', 'alarm-dispatcher', 'auditor'],
    maxAgeMs: DAY,
    maxBytes: GIB / 16,
    duplicateWindowMs: 60_000,
  },
  HEALTH: {
    space: 'health.>',
    summary: 'heartbeat of every actor instance; an hour of them, for whoever must replay',
    producers: ['runtime'],
    consumers: ['recorder', 'alarm-engine', 'gateway'],
    maxAgeMs: DAY,
    maxBytes: GIB / 8,
    maxPerSubject: 3600,
    duplicateWindowMs: 60_000,
  },
  DEAD: {
    space: 'dead.>',
    summary: 'messages an actor gave up on, with the reason; kept until an operator replays or forgets them',
    producers: ['runtime'],
    consumers: ['buffer-keeper', 'operators', 'auditor'],
    maxAgeMs: 90 * DAY,
    maxBytes: GIB,
    duplicateWindowMs: 10 * 60_000,
  },
} as const satisfies Record<string, StreamSpec>;

export type StreamName = keyof typeof STREAMS;

/** In time with the beam, or between spills (pedestals, slow readings). */
export const InOut = { in: 'in', out: 'out' } as const;
export type InOut = (typeof InOut)[keyof typeof InOut];

/** A subject token: lower case, and nothing NATS gives a meaning to (`.`, `*`, `>`, white space). */
export const token = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9_-]/g, '_');

/** What tells a detector event from every other of its experiment. Serials count per equipment (cygno.md B1). */
export interface EventName {
  readonly detector: string;
  readonly equipment: string;
  readonly run: number;
  readonly serial: number;
  /** 0, or 1, 2, ... for further events that a run has under the same serial, with other contents. */
  readonly copy: number;
}

const eventTokens = ({ detector, equipment, run, serial }: EventName): string =>
  `${token(detector)}.${token(equipment)}.${run}.${serial}`;

export const subjects = {
  readings: (experiment: string, trigger: string) => `${experiment}.beam.readings.${token(trigger)}`,
  spillRecord: (experiment: string, inOut: InOut) => `${experiment}.spill.record.${inOut}`,
  ledgerEntry: (experiment: string, stage: string) => `${experiment}.ledger.entry.${token(stage)}`,
  ledgerGap: (experiment: string, stage: string) => `${experiment}.ledger.gap.${token(stage)}`,
  fileClosed: (experiment: string, file: string, sha256: string) =>
    `${experiment}.ledger.file.${token(file)}.${sha256.slice(0, 16)}`,
  health: (experiment: string, actor: string, instance: string) =>
    `${experiment}.health.${token(actor)}.${token(instance)}`,
  /** Of every instance of one actor. */
  healthOf: (experiment: string, actor: string) => `${experiment}.health.${token(actor)}.*`,
  rawEvent: (experiment: string, event: EventName) =>
    `${experiment}.event.raw.${eventTokens(event)}${event.copy === 0 ? '' : `~${event.copy}`}`,
  /** Of one equipment, of every detector and run. */
  rawEventsOf: (experiment: string, equipment: string) => `${experiment}.event.raw.*.${token(equipment)}.>`,
  /** Of one run. */
  rawEventsOfRun: (experiment: string, detector: string, run: number) =>
    `${experiment}.event.raw.${token(detector)}.*.${run}.*`,
  /** @param seconds when it was noticed, so that a gap told again is the same one */
  eventGap: (experiment: string, event: EventName, kind: string, seconds: number) =>
    `${experiment}.event.gap.${eventTokens(event)}.${token(kind)}.${seconds}`,
  runBegin: (experiment: string, detector: string, run: number) =>
    `${experiment}.run.begin.${token(detector)}.${run}`,
  runEnd: (experiment: string, detector: string, run: number) =>
    `${experiment}.run.end.${token(detector)}.${run}`,
  /** Of every run. */
  runBegins: (experiment: string) => `${experiment}.run.begin.>`,
  /** Of every run. */
  runEnds: (experiment: string) => `${experiment}.run.end.>`,
  pedestal: (experiment: string, detector: string, run: number, camera: number) =>
    `${experiment}.run.pedestal.${token(detector)}.${run}.${camera}`,
  /** Of every camera of one run. */
  pedestalsOfRun: (experiment: string, detector: string, run: number) =>
    `${experiment}.run.pedestal.${token(detector)}.${run}.*`,
  reconstruction: (experiment: string, event: EventName) =>
    `${experiment}.reco.event.${eventTokens(event)}${event.copy === 0 ? '' : `~${event.copy}`}`,
  runSummary: (experiment: string, detector: string, run: number) =>
    `${experiment}.summary.run.${token(detector)}.${run}`,
  account: (experiment: string, account: string) => `${experiment}.audit.account.${token(account)}`,
  discrepancy: (experiment: string, discrepancy: string) =>
    `${experiment}.audit.discrepancy.${token(discrepancy)}`,
  display: (experiment: string, kind: string, detector: string) =>
    `${experiment}.display.${token(kind)}.${token(detector)}`,
  slowReadings: (experiment: string, equipment: string) => `${experiment}.slow.readings.${token(equipment)}`,
  alarmChange: (experiment: string, alarm: string) => `${experiment}.alarm.change.${token(alarm)}`,
  /** Of every alarm. */
  alarmChanges: (experiment: string) => `${experiment}.alarm.change.*`,
  machineMode: (experiment: string) => `${experiment}.alarm.mode`,
  alarmRulesApplied: (experiment: string) => `${experiment}.alarm.rules`,
  alarmCommandResult: (experiment: string, command: string) => `${experiment}.alarm.result.${token(command)}`,
  alarmCommand: (experiment: string, kind: string) => `${experiment}.command.alarm.${token(kind)}`,
  alarmRules: (experiment: string) => `${experiment}.command.rules`,
  notification: (experiment: string, source: string) => `${experiment}.command.notify.${token(source)}`,
  notice: (experiment: string, channel: string) => `${experiment}.notice.send.${token(channel)}`,
  noticeCommandResult: (experiment: string, command: string) =>
    `${experiment}.notice.result.${token(command)}`,
  silence: (experiment: string, silence: string) => `${experiment}.notice.silence.${token(silence)}`,
  /** Of every silence. */
  silences: (experiment: string) => `${experiment}.notice.silence.*`,
  noticeOutcome: (experiment: string, channel: string) => `${experiment}.outcome.notice.${token(channel)}`,
  timer: (experiment: string, actor: string) => `${experiment}.timer.${token(actor)}`,
  dead: (experiment: string, actor: string) => `${experiment}.dead.${token(actor)}`,
  ofStream: (experiment: string, stream: StreamName) => `${experiment}.${STREAMS[stream].space}`,
} as const;
