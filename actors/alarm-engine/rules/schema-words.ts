import { z } from 'zod';
import { Severity } from '../../../protocol/alarm/severity.ts';
import { duration } from '../../../runtime/config/units.ts';
import type { ByMode } from './rule.ts';
import { LIMIT_NAMES, UNKNOWN_MODE } from './rule.ts';

/** Text for people; a number written without quotes is meant as text. */
export const words = () => z.union([z.string(), z.number().transform(String)], { error: 'must be text' });

/** An expression as it is written; `5` and `true` are expressions too. */
export const expressionText = () =>
  z
    .union([z.string(), z.number().transform(String), z.boolean().transform(String)], {
      error: 'must be an expression, for example "pot() > 0.5"',
    })
    .describe('expression, see docs/alarms.md');

/** Words that mean something else where the name of a mode may stand. */
const RESERVED: readonly string[] = [...LIMIT_NAMES, 'default', 'none', UNKNOWN_MODE];

export const modeName = () =>
  z
    .string()
    .regex(
      /^[a-z][a-z0-9-]{0,39}$/,
      'must be 1 to 40 lower-case letters, digits or -, starting with a letter',
    )
    .refine(name => !RESERVED.includes(name), {
      error: `means something else already; accepted: a name other than ${RESERVED.join(', ')}`,
    })
    .describe('name of a machine mode');

/** A length of time within bounds; the bounds are durations as they are written. */
export function durationBetween(least: string, most: string) {
  const [low, high] = [duration().parse(least), duration().parse(most)];
  return duration().refine(ms => ms >= low && ms <= high, { error: `must be from ${least} to ${most}` });
}

/** A severity that an alarm can have of itself: INVALID is what becomes of one whose value cannot be told. */
export const raisedSeverity = () =>
  z.enum([Severity.minor, Severity.major], { error: 'must be MINOR or MAJOR' });

/**
 * The same everywhere, or by machine mode with `default` for the modes not named; `none` where it has no meaning.
 * @param isOne tells the two apart
 * @param error for what is neither
 */
export function byMode<T extends z.ZodType>(one: T, isOne: (value: unknown) => boolean, error: string) {
  type One = z.output<T>;
  const none = z.literal('none');
  const perMode = z
    .record(z.string(), z.union([none, one], { error }))
    .refine(given => Object.keys(given).length > 0, { error });
  return z.union([one, perMode], { error }).transform((given): ByMode<One> => {
    if (isOne(given)) return { otherwise: given as One, modes: new Map() };
    const entries = Object.entries(given as Record<string, One | 'none'>).map(
      ([mode, value]): [string, One | undefined] => [mode, value === 'none' ? undefined : value],
    );
    return {
      otherwise: entries.find(([mode]) => mode === 'default')?.[1],
      modes: new Map(entries.filter(([mode]) => mode !== 'default')),
    };
  });
}
