import { z } from 'zod';
import { EventTime } from '../../../protocol/time.ts';
import { bucketsOf, emptyBuckets } from '../buckets.ts';

const Read = {
  values: z.array(z.number()),
  /** NaN and infinities, which JSON has not, with their places; `values` holds 0 there. */
  nonFinite: z.array(z.tuple([z.int(), z.enum(['NaN', 'Infinity', '-Infinity'])])).optional(),
  status: z.int(),
};

const DeviceRecord = z.strictObject({
  ...Read,
  units: z.string(),
  at: z.number(),
  eventTime: EventTime,
  missing: z.literal(true).optional(),
  previous: z.strictObject(Read).optional(),
});
export type DeviceRecord = z.infer<typeof DeviceRecord>;

const Fields = z.record(z.string(), z.union([z.number(), z.string()]));

const HealthRecord = z.strictObject({ at: z.number(), fields: Fields, previous: Fields.optional() });
export type HealthRecord = z.infer<typeof HealthRecord>;

const StageRecord = z.strictObject({
  entryAt: z.number().optional(),
  gap: z
    .strictObject({
      at: z.number(),
      stage: z.string(),
      stream: z.string(),
      first: z.int(),
      last: z.int(),
      reason: z.string(),
    })
    .optional(),
});
export type StageRecord = z.infer<typeof StageRecord>;

/** The last of everything that a rule asks for, and nothing else. Times are those at which JetStream stored it. */
export const InputsState = z.strictObject({
  devices: bucketsOf(DeviceRecord),
  /** When each trigger came, oldest first. */
  triggers: z.record(z.string(), z.array(z.number())),
  /** Heartbeats by actor and instance. */
  actors: z.record(z.string(), z.record(z.string(), HealthRecord)),
  stages: z.record(z.string(), StageRecord),
});
export type InputsState = z.infer<typeof InputsState>;

export const noInputs: InputsState = { devices: emptyBuckets(), triggers: {}, actors: {}, stages: {} };
