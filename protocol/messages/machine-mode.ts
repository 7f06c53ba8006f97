import { z } from 'zod';
import { decodeJson, encodeJson, type MessageType } from '../message.ts';
import { subjects } from '../subjects.ts';
import { EventTime } from '../time.ts';

const TYPE = 'machine-mode/1';

export const MachineMode = z.strictObject({
  mode: z
    .string()
    .min(1)
    .describe('as named in the rules, e.g. beam-on, horn-off, commissioning, maintenance'),
  from: z.string().describe('the mode before; empty at the very start'),
  at: EventTime,
  reason: z.string(),
  by: z.string().describe('who set it; empty when it was recognised from the readings'),
});

/** The machine mode has changed: limits and severities of alarms depend on it. */
export type MachineMode = z.infer<typeof MachineMode>;

export const DeclaredMode = z.strictObject({
  name: z.string(),
  description: z.string(),
  manual: z.boolean().describe('only ever set by a person'),
});
/** A machine mode that the rules know. */
export type DeclaredMode = z.infer<typeof DeclaredMode>;

export const machineMode: MessageType<MachineMode> = {
  type: TYPE,
  stream: 'ALARM',
  subject: experiment => subjects.machineMode(experiment),
  identity: body => `mode:${body.at.seconds}.${body.at.nanoseconds}:${body.mode}`,
  time: body => body.at,
  encode: encodeJson,
  decode: bytes => decodeJson(TYPE, MachineMode, bytes),
};
