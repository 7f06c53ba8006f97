import { type Health, health } from '../../protocol/messages/health.ts';
import { type LedgerEntry, ledgerEntry } from '../../protocol/messages/ledger-entry.ts';
import type { LedgerGap } from '../../protocol/messages/ledger-gap.ts';
import { type Readings, slowReadings } from '../../protocol/messages/readings.ts';
import { eventTimeFromMs, eventTimeToMs, type Milliseconds } from '../../protocol/time.ts';
import type { Delivered } from '../../runtime/actor.ts';
import { type PlayedScenario, playScenario } from './played-scenario.ts';
import { playSlowControl } from './played-slow-control.ts';

/** Everything that a whole system in good health stores besides readings. */
export type SystemMessage = Readings | Health | LedgerEntry | LedgerGap;

export interface PlayedSystem extends PlayedScenario {
  /** What an actor's heartbeat tells at a moment, in place of what a healthy one would; `null`: it gives none. */
  readonly beat?: (healthy: Health, at: Milliseconds) => Health | null;
  /** Whether records reach the files at a moment; they do when left out. */
  readonly files?: (at: Milliseconds) => boolean;
  /** What becomes of slow control before it is stored. */
  readonly slow?: (body: Readings, at: Milliseconds) => Readings;
  /** Stored besides. */
  readonly more?: readonly Delivered<SystemMessage>[];
}

const ACTORS = [
  'beam-monitor',
  'spill-packer',
  'rotorooter',
  'rotorooter-feed',
  'recorder',
  'auditor',
  'alarm-engine',
  'alarm-dispatcher',
  'gateway',
  'event-intake',
  'pedestal-maker',
  'sentinel',
  'run-summary',
  'buffer-keeper',
] as const;

const HEARTBEAT_MS = 1000;
const FILED_AFTER_MS = 40;
const SLOW_AFTER_MS = 20;

/** A scenario with the actors that bring it to the files, in the order of storage. */
export function playSystem(played: PlayedSystem): Delivered<SystemMessage>[] {
  const beam = playScenario(played);
  const filed = beam
    .filter(({ storedAt }) => played.files?.(storedAt) ?? true)
    .map(({ storedAt }, index) => filedAt(storedAt + FILED_AFTER_MS, index + 1));
  const beats = heartbeats(played, beam);
  const slow = slowControl(played);
  return [...beam, ...filed, ...beats, ...slow, ...(played.more ?? [])].toSorted(
    (a, b) => a.storedAt - b.storedAt,
  );
}

function slowControl({ startMs, lengthMs, slow = body => body }: PlayedSystem): Delivered<Readings>[] {
  return [...playSlowControl(startMs, lengthMs)].map(body => {
    const at = eventTimeToMs(body.time) + SLOW_AFTER_MS;
    return stored(slowReadings.type, slow(body, at), at);
  });
}

function heartbeats(
  { startMs, lengthMs, beat = one => one }: PlayedSystem,
  beam: readonly Delivered<Readings>[],
): Delivered<Health>[] {
  const told: Delivered<Health>[] = [];
  const counters: Record<string, number> = {};
  let next = 0;
  let lastAt = startMs;
  for (let at = startMs; at < startMs + lengthMs; at += HEARTBEAT_MS) {
    for (let message = beam[next]; message && message.storedAt <= at; message = beam[++next]) {
      lastAt = message.storedAt;
      for (const { code } of message.body.problems) {
        const name = `device_problem{code="${code}"}`;
        counters[name] = (counters[name] ?? 0) + 1;
      }
    }
    const seconds = Math.round((at - lastAt) / 1000);
    for (const actor of ACTORS) {
      const body = beat(healthyBeat(actor, at, startMs, seconds, counters), at);
      if (body) told.push(stored(health.type, body, at));
    }
  }
  return told;
}

const FIGURES: Readonly<Record<string, Record<string, number>>> = {
  'beam-monitor': { registrations: 2, subscriptions: 2, notStored: 0, refused: 0, missed: 0 },
  auditor: { open: 0, explained: 0 },
  rotorooter: { clients: 1, stalled: 0, freeBytes: 500e9 },
  'event-intake': { waiting: 0, lagBytes: 20e6, conflicts: 0 },
  'buffer-keeper': { removedUnread: 0 },
};

const healthyBeat = (
  actor: string,
  at: Milliseconds,
  startMs: Milliseconds,
  secondsSinceCallback: number,
  counters: Readonly<Record<string, number>>,
): Health => ({
  actor,
  instance: 'host-1',
  pid: 1,
  host: 'host',
  version: '0',
  startedAt: eventTimeFromMs(startMs - 60_000),
  at: eventTimeFromMs(at),
  state: 'running',
  lanes: [{ stream: 'BEAM', position: 1, lag: 0, rate: 1, retries: 0, dead: 0 }],
  counters: actor === 'beam-monitor' ? { ...counters } : {},
  figures: { ...FIGURES[actor], ...(actor === 'beam-monitor' ? { secondsSinceCallback } : {}) },
  latencies: {},
});

const filedAt = (at: Milliseconds, sequence: number): Delivered<LedgerEntry> =>
  stored(
    ledgerEntry.type,
    {
      stage: 'filed',
      stream: 'SPILL@1',
      first: sequence,
      last: sequence,
      count: 1,
      at: eventTimeFromMs(at),
    },
    at,
  );

export const stored = <Body>(type: string, body: Body, storedAt: Milliseconds): Delivered<Body> => ({
  type,
  body,
  identity: '',
  stream: 'HEALTH@1',
  sequence: 0,
  storedAt,
  subject: '',
  hops: [],
});
