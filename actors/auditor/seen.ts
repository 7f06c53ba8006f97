import { encodeJson, HEADERS, type HeaderReader, type MessageType } from '../../protocol/message.ts';
import { readDeadLetter } from '../../protocol/messages/dead-letter.ts';
import { type EventGap, eventGap } from '../../protocol/messages/event-gap.ts';
import { type FileClosed, fileClosed } from '../../protocol/messages/file-closed.ts';
import { ledgerEntry } from '../../protocol/messages/ledger-entry.ts';
import { ledgerGap } from '../../protocol/messages/ledger-gap.ts';
import { rawEvent } from '../../protocol/messages/raw-event.ts';
import { reconstruction } from '../../protocol/messages/reconstruction.ts';
import { type RunSummary, runSummary } from '../../protocol/messages/run-summary.ts';
import { type RunBegin, type RunEnd, runBegin, runEnd } from '../../protocol/messages/run-transition.ts';
import { spillRecord } from '../../protocol/messages/spill-record.ts';
import type { StreamName } from '../../protocol/subjects.ts';
import { eventTimeToMs, type Milliseconds } from '../../protocol/time.ts';
import { type ReadingsHead, readHead } from './readings-head.ts';

/** What tells the events of a run of one equipment from others. */
export interface RunOf {
  readonly site: string;
  readonly detector: string;
  readonly equipment: string;
  readonly run: number;
}

/** A message as the books need it. */
export type Seen =
  | ({ readonly kind: 'readings' } & ReadingsHead)
  /** `from`: sequence in BEAM that it was packed from. */
  | { readonly kind: 'record'; readonly from: number }
  | {
      readonly kind: 'reached' | 'left';
      readonly stage: string;
      readonly stream: string;
      readonly first: number;
      readonly last: number;
    }
  | { readonly kind: 'file'; readonly file: FileClosed }
  | {
      readonly kind: 'event';
      readonly of: RunOf;
      readonly key: number;
      readonly at: Milliseconds;
      readonly pedestal: boolean;
      readonly began: Milliseconds;
    }
  | { readonly kind: 'serials'; readonly gap: EventGap }
  | { readonly kind: 'begin'; readonly begin: RunBegin }
  | { readonly kind: 'end'; readonly end: RunEnd }
  | { readonly kind: 'result'; readonly of: RunOf; readonly key: number }
  | { readonly kind: 'summary'; readonly summary: RunSummary }
  | {
      readonly kind: 'letter';
      readonly actor: string;
      readonly code: string;
      readonly stream: string;
      readonly sequence: number;
      readonly subject: string;
    }
  /** A replay, with the place where the message stood first: no new fact. */
  | { readonly kind: 'again'; readonly origin: number }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'other' };

/** Serial and copy as one number: serials have 32 bits. */
export const eventKey = (serial: number, copy: number): number => copy * 2 ** 32 + serial;

const OTHER: Seen = { kind: 'other' };
const UNREADABLE: Seen = { kind: 'unreadable' };

type Reader = (bytes: Uint8Array, header: HeaderReader) => Seen;

/** By stream, by type: what is of no other type here is `other`. */
const READERS: Readonly<Partial<Record<StreamName, Readonly<Record<string, Reader>>>>> = {
  BEAM: { 'readings/1': bytes => ({ kind: 'readings', ...readHead(bytes) }) },
  SPILL: {
    [spillRecord.type]: (_, header) => {
      const from = /^BEAM@\d+:(\d+)\//.exec(header.get(HEADERS.cause))?.[1];
      return from === undefined ? OTHER : { kind: 'record', from: Number(from) };
    },
  },
  LEDGER: {
    [ledgerEntry.type]: bytes => ({ kind: 'reached', ...ledgerEntry.decode(bytes) }),
    [ledgerGap.type]: bytes => ({ kind: 'left', ...ledgerGap.decode(bytes) }),
    [fileClosed.type]: bytes => ({ kind: 'file', file: fileClosed.decode(bytes) }),
  },
  EVENT: {
    [rawEvent.type]: bytes => {
      const { site, detector, equipment, run, serial, copy, time, runOf } = rawEvent.decode(bytes);
      return {
        kind: 'event',
        of: { site, detector, equipment, run },
        key: eventKey(serial, copy),
        at: eventTimeToMs(time),
        began: eventTimeToMs(runOf.startedAt),
        pedestal: runOf.pedestal,
      };
    },
    [eventGap.type]: bytes => ({ kind: 'serials', gap: eventGap.decode(bytes) }),
  },
  RUN: {
    [runBegin.type]: bytes => ({ kind: 'begin', begin: runBegin.decode(bytes) }),
    [runEnd.type]: bytes => ({ kind: 'end', end: runEnd.decode(bytes) }),
  },
  RECO: {
    // Its name says it all, and its body is large.
    [reconstruction.type]: (_, header) => {
      const name = /^([^:]*):([^:]*):(\d+):([^:]*):(\d+)~(\d+)$/.exec(header.get(HEADERS.identity));
      const [, site = '', detector = '', run, equipment = '', serial, copy] = name ?? [];
      if (!name) return UNREADABLE;
      const of = { site, detector, equipment, run: Number(run) };
      return { kind: 'result', of, key: eventKey(Number(serial), Number(copy)) };
    },
  },
  SUMMARY: { [runSummary.type]: bytes => ({ kind: 'summary', summary: runSummary.decode(bytes) }) },
};

function read(stream: StreamName, header: HeaderReader, bytes: Uint8Array): Seen {
  if (stream === 'DEAD') return { kind: 'letter', ...readDeadLetter(header) };
  if (header.get(HEADERS.addressee)) {
    const origin = /:(\d+)$/.exec(header.get(HEADERS.origin))?.[1];
    return origin === undefined ? OTHER : { kind: 'again', origin: Number(origin) };
  }
  const readers = READERS[stream] ?? {};
  const reader = readers[header.get(HEADERS.type)];
  if (!reader) return stream === 'BEAM' ? UNREADABLE : OTHER;
  try {
    return reader(bytes, header);
  } catch {
    return UNREADABLE;
  }
}

/** Every message of a stream, whoever it is for and whatever is in it. */
export const seenIn = (stream: StreamName): MessageType<Seen> => ({
  type: 'seen/1',
  stream,
  subject: experiment => `${experiment}.seen`,
  identity: () => '',
  time: () => ({ seconds: 0, nanoseconds: 0 }),
  encode: encodeJson,
  decode: bytes => read(stream, { get: () => '' }, bytes),
  witness: (header, bytes) => read(stream, header, bytes),
});
