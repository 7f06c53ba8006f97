import { z } from 'zod';
import { decodeJson, encodeJson, type MessageType } from '../message.ts';
import { subjects } from '../subjects.ts';
import { EventTime } from '../time.ts';
import { Account } from './account.ts';

const TYPE = 'discrepancy/1';

/** Stages in the order of an account; `made` is packed or reconstructed, `listed` the message's own rows, `stored` those of what was made. */
export const AuditStage = z.enum(['received', 'made', 'filed', 'listed', 'stored', 'summarised']);
export type AuditStage = z.infer<typeof AuditStage>;

/** A reason why something is not where it should be, with how much of it. */
const Cause = z.strictObject({
  code: z
    .string()
    .min(1)
    .describe(
      'an error code of a dead letter; `given-up`: the front end counted it and nobody accepted it; `left-out`: the camera left serials out; `behind`: the stage has not come so far; `late`: it came after the account was told; `unknown`',
    ),
  count: z.int().min(1),
  detail: z.string(),
});
export type Cause = z.infer<typeof Cause>;

export const Discrepancy = z.strictObject({
  discrepancy: z.string().min(1).describe('what tells it from others: account, stage and kind'),
  account: Account.shape.account,
  of: Account.shape.of,
  from: Account.shape.from,
  to: Account.shape.to,
  opened: Account.shape.opened,
  stage: AuditStage.describe('first stage at which it shows'),
  kind: z.enum(['gap', 'duplicate', 'late']),
  version: z.int().min(1),
  state: z
    .enum(['open', 'explained', 'closed'])
    .describe(
      'open: of some of it nobody knows why; explained: all of it has a cause; closed: it is there now',
    ),
  count: z.int().min(0).describe('messages concerned now; 0 when it is closed'),
  causes: z.array(Cause).describe('of a closed one, what it was'),
  where: z.string().describe('sequences or serials concerned, e.g. BEAM 12-14, 17'),
  since: EventTime.describe('storage time at which it was first told'),
  at: EventTime.describe('storage time of the last message that is in it'),
});

/** Something is not where it should be. Told anew, as another version, whenever more of it is known. */
export type Discrepancy = z.infer<typeof Discrepancy>;

export const discrepancy: MessageType<Discrepancy> = {
  type: TYPE,
  stream: 'AUDIT',
  subject: (experiment, body) => subjects.discrepancy(experiment, body.discrepancy),
  identity: body => `${body.discrepancy}:${body.opened.seconds}.${body.opened.nanoseconds}:${body.version}`,
  time: body => body.from,
  encode: encodeJson,
  decode: bytes => decodeJson(TYPE, Discrepancy, bytes),
};
