import { z } from 'zod';

/**
 * What the block time of a record stamps. Undecided in the requirements of August 2004, so a named option here:
 * the DAE's trigger time, the callback's arrival, the earliest device time, or the time of one timing device.
 */
export const BlockTimeRule = z.union([
  z.enum(['trigger', 'arrival', 'earliest-device']),
  z.strictObject({ device: z.string().min(1) }),
]);
export type BlockTimeRule = z.infer<typeof BlockTimeRule>;

export const SpillPackerConfig = z.strictObject({
  detector: z.enum(['near', 'far', 'caldet']).default('near').describe('detector field of every block id'),
  simulated: z.boolean().default(false).describe('sets the simulation flag of every block'),
  blockTime: BlockTimeRule.default('trigger').describe('what the block time of a record stamps'),
  minor: z
    .union([z.literal(1), z.literal(2)])
    .default(2)
    .describe('schema version of the blocks; 1 has no device times'),
});
export type SpillPackerConfig = z.infer<typeof SpillPackerConfig>;
