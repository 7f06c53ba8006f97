import { z } from 'zod';
import { decodeJson, encodeJson, type MessageType } from '../message.ts';
import { InOut, subjects } from '../subjects.ts';
import { EventTime } from '../time.ts';
import { EventIdentity } from './raw-event.ts';

const TYPE = 'account/1';

const count = z.int().min(0);
/** `null` where there is no such stage, or nobody told what to expect. */
const countIfAny = count.nullable();

/** Where the number of what should have come is from. */
export const Expectation = {
  /** The source numbers what it tells: callbacks of a registration, serials of an equipment, records of a file. */
  counted: 'counted',
  /** The configuration says how often a trigger comes. */
  cadence: 'cadence',
  /** Nobody knows: only what came can be followed. */
  none: 'none',
} as const;
export type Expectation = (typeof Expectation)[keyof typeof Expectation];

const { site, detector, run, equipment } = EventIdentity;

/** What an account is of. */
export const Subject = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('beam'),
    source: z.string().min(1).describe('front end; `unreadable` for messages that do not say'),
    trigger: z.string().min(1),
    inOut: z.enum(InOut),
  }),
  z.strictObject({ kind: z.literal('run'), site, detector, equipment, run }),
  z.strictObject({ kind: z.literal('file'), file: z.string().min(1).describe('a closed beam file') }),
]);
export type Subject = z.infer<typeof Subject>;

export const Counts = z.strictObject({
  expected: countIfAny.describe('as the source tells, see `expectation`'),
  received: count.describe('messages in BEAM or EVENT; of a file, records whose filing the ledger has'),
  made: countIfAny.describe('records packed, or events reconstructed'),
  filed: countIfAny.describe('records on disk in a beam file'),
  listed: countIfAny.describe('messages whose rows (readings, references) are in the store'),
  stored: countIfAny.describe('records or results whose rows are in the store'),
  summarised: countIfAny.describe('events in the last complete summary of the run'),
  late: count.describe('of those received: after the account was first told'),
  duplicates: count.describe('told again; not among those received'),
  refused: z.record(z.string(), count).describe('given up on and not replayed since, by error code'),
});
export type Counts = z.infer<typeof Counts>;

export const Account = z.strictObject({
  account: z
    .string()
    .min(1)
    .describe('what tells it from others, e.g. beam/acnet/A9/in/2026-11-21T15:54:00Z'),
  of: Subject,
  from: EventTime.describe('begin of its period, by the clock of the source'),
  to: EventTime.describe('end of its period; of a run that goes on, the time of its last event'),
  opened: EventTime.describe(
    'storage time of its first message. What comes when an account has been forgotten opens another: counts of all of them add up',
  ),
  version: z.int().min(1).describe('counts what was told of this account since it was opened'),
  complete: z.boolean().describe('everything expected is at every stage'),
  expectation: z.enum(Expectation),
  counts: Counts,
  at: EventTime.describe('storage time of the last message that is in it'),
});

/** What of a period has come, and how far: told when it is settled, and again, as another version, whenever that changes. */
export type Account = z.infer<typeof Account>;

export const account: MessageType<Account> = {
  type: TYPE,
  stream: 'AUDIT',
  subject: (experiment, body) => subjects.account(experiment, body.account),
  identity: body => `${body.account}:${body.opened.seconds}.${body.opened.nanoseconds}:${body.version}`,
  time: body => body.from,
  encode: encodeJson,
  decode: bytes => decodeJson(TYPE, Account, bytes),
};
