import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import type { AlarmRules } from '../../../protocol/messages/alarm-rules.ts';

export type RuleFiles = AlarmRules['files'];

const Files = z.array(z.strictObject({ path: z.string(), text: z.string() }));

/** Rule files as the engine's state carries them: a snapshot is written every second, and rules are mostly repetition. */
export const packFiles = (files: RuleFiles): string =>
  deflateRawSync(JSON.stringify(files)).toString('base64');

export const unpackFiles = (packed: string): RuleFiles =>
  Files.parse(JSON.parse(inflateRawSync(Buffer.from(packed, 'base64')).toString('utf8')));
