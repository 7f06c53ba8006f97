import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { asSpillwayError, SpillwayError } from '../../protocol/errors.ts';
import type { Profile } from './profiles/profile.ts';
import { evenGains, type Gains, vignettingGains } from './reconstruction/vignetting.ts';

/** Gains, and the digest of the file they are from. */
export interface ReadGains {
  readonly gains: Gains;
  readonly digest?: string;
}

/**
 * The gains of a map in a text file: a line per row of square blocks of the picture, numbers separated by white space or commas,
 * lines that begin with # left out, as `numpy.savetxt` writes them. Without a file the light is even.
 * @throws SpillwayError CONFIG_UNREADABLE; CONFIG_INVALID when it does not cover the sensor of the profile.
 */
export async function readGains(profile: Profile, path: string | undefined): Promise<ReadGains> {
  if (path === undefined) return { gains: evenGains(profile) };
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new SpillwayError('CONFIG_UNREADABLE', `${path}: ${asSpillwayError(cause).message}`, { cause });
  });
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  try {
    return { gains: parseGains(profile, bytes.toString('utf8')), digest };
  } catch (cause) {
    throw new SpillwayError('CONFIG_INVALID', `${path}: ${asSpillwayError(cause).message}`, { cause });
  }
}

function parseGains(profile: Profile, text: string): Gains {
  const lines = text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => line.split(/[\s,]+/).map(Number));
  return vignettingGains(profile, { block: profile.sensor.rows / lines.length, values: lines.flat() });
}
