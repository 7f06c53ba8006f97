import { z } from 'zod';
import { Counts, Expectation, Subject } from '../../protocol/messages/account.ts';
import { Discrepancy } from '../../protocol/messages/discrepancy.ts';
import { Ranges } from '../../protocol/ranges.ts';

const count = z.int().min(0);
const ms = z.number();

/** What has been told of a discrepancy. */
export const Told = Discrepancy.pick({
  version: true,
  state: true,
  count: true,
  causes: true,
  where: true,
}).extend({
  since: ms,
});
export type Told = z.infer<typeof Told>;

/** How much has come how far, of what needs no looking at any more. */
export const Past = z.strictObject({
  received: count,
  made: count,
  filed: count,
  listed: count,
  stored: count,
});
export type Past = z.infer<typeof Past>;

/** The books of one account. Its sets of numbers are emptied into `past` once everything in them is at every stage. */
export const Books = z.strictObject({
  id: z.string(),
  of: Subject,
  from: ms.describe('by the clock of the source'),
  to: ms,
  opened: ms.describe('storage time'),
  heard: ms.describe('storage time of the last message of the source'),
  ended: ms.nullable().describe('storage time of the end of the run'),
  expectation: z.enum(Expectation),
  version: count.describe('0 before it was told'),
  counts: Counts.nullable().describe('as last told'),
  /** Keys: sequences in BEAM; of a run, serials and copies. */
  received: Ranges,
  /** Sequences in EVENT; of the beam the keys are their sequences. */
  inputs: Ranges,
  made: Ranges.describe('keys of which a record or a result was made'),
  outputs: Ranges.describe('sequences in SPILL or RECO'),
  missing: z
    .record(z.string(), Ranges)
    .describe('numbers that the source counted, by registration or `serials`'),
  declared: count.nullable().describe('events that the end of the run counts, or records of a file'),
  summarised: count.nullable(),
  pedestal: z.boolean(),
  past: Past,
  late: count,
  duplicates: count,
  twice: Ranges.describe('keys of which more than one was made'),
  discrepancies: z.record(z.string(), Told).describe('by stage and kind'),
});
export type Books = z.infer<typeof Books>;

const Refusal = z.strictObject({
  stage: z.string(),
  stream: z.string(),
  sequence: z.int(),
  /** Of an event: its key. */
  key: z.int(),
  code: z.string(),
  replays: z.array(z.int()).describe('sequences under which it came again'),
});
export type Refusal = z.infer<typeof Refusal>;

export const AuditState = z.strictObject({
  /** The streams as they are; one that was made anew begins at its beginning. */
  streams: z.record(z.string(), z.string()),
  accounts: z.record(z.string(), Books),
  /** Highest number of each registration of late. */
  highest: z.record(z.string(), count),
  /** Latest trigger time of each source. */
  latest: z.record(z.string(), ms),
  /** What a stage says it has had, by `<stage> <stream name>`. */
  reached: z.record(z.string(), Ranges),
  /** What left a stream before a stage had it, likewise. */
  left: z.record(z.string(), Ranges),
  packedThrough: count.describe('last sequence in BEAM of which a record was made'),
  /** Of each detector's equipment the last run and key of which there is a result. */
  resultsThrough: z.record(z.string(), z.tuple([z.int(), z.int()])),
  refused: z.array(Refusal),
  /** Replayed readings: sequence in BEAM, and the one it had first. */
  again: z.array(z.tuple([z.int(), z.int()])),
  /** Records whose readings have not been met yet: sequence in BEAM and in SPILL. */
  orphans: z.array(z.tuple([z.int(), z.int()])),
  /** Digests of the latest readings, oldest first, as the packer remembers them. */
  told: z.array(z.string()),
  looked: ms.describe('storage time of the last look at all accounts'),
  news: z.boolean().describe('something has come since then'),
});
export type AuditState = z.infer<typeof AuditState>;

export const initialState: AuditState = {
  streams: {},
  accounts: {},
  highest: {},
  latest: {},
  reached: {},
  left: {},
  packedThrough: 0,
  resultsThrough: {},
  refused: [],
  again: [],
  orphans: [],
  told: [],
  looked: 0,
  news: false,
};

const NOTHING: Past = { received: 0, made: 0, filed: 0, listed: 0, stored: 0 };

/** An account of which nothing is known but what it is of. */
export const openBooks = (
  known: Pick<Books, 'id' | 'of' | 'from' | 'to' | 'opened'> & Partial<Books>,
): Books => ({
  heard: known.opened,
  ended: null,
  expectation: 'none',
  version: 0,
  counts: null,
  received: [],
  inputs: [],
  made: [],
  outputs: [],
  missing: {},
  declared: null,
  summarised: null,
  pedestal: false,
  past: NOTHING,
  late: 0,
  duplicates: 0,
  twice: [],
  discrepancies: {},
  ...known,
});
