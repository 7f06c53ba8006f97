import { z } from 'zod';
import { Profile, ProfileNumbers } from './profile.ts';
import { PROFILES, profileNamed } from './profiles.ts';

const names = PROFILES.map(({ name }) => name);
const named = z.enum(names);
const { shape } = ProfileNumbers;

const Changes = z
  .strictObject({
    from: named.describe('the profile whose numbers are taken where none are given here'),
    name: shape.name.describe('of its own: results tell by it with which numbers they were made'),
    sensor: shape.sensor.partial().optional(),
    pixelMm: shape.pixelMm.optional(),
    spark: shape.spark.partial().optional(),
    upperCut: shape.upperCut.optional(),
    sigmas: shape.sigmas.optional(),
    acceptance: shape.acceptance.partial().optional(),
    noise: shape.noise.partial().optional(),
    clustering: shape.clustering.partial().optional(),
    pedestal: shape.pedestal.partial().optional(),
  })
  .refine(({ name }) => !names.includes(name), {
    path: ['name'],
    error: 'is the name of other numbers: a changed profile needs a name of its own',
  });

/** A profile as the configuration gives it: its name, or another one's with changes and a name of its own. */
export const ChosenProfile = z.union([
  named.transform(name => profileNamed(name) as Profile),
  Changes.transform(changed).pipe(Profile),
]);

/** Section by section: what is not given stays as it is. */
function changed({ from, ...changes }: z.output<typeof Changes>): unknown {
  const base: Record<string, unknown> = { ...profileNamed(from) };
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    base[key] = typeof value === 'object' ? { ...(base[key] as object), ...value } : value;
  }
  return base;
}
