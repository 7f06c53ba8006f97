import type { z } from 'zod';
import { Severity } from '../../../protocol/alarm/severity.ts';
import type { Expressions } from './expressions.ts';
import type { Problems } from './problems.ts';
import type { Behaviour, ByMode, LimitName, Place } from './rule.ts';
import { AreaEntry } from './schema.ts';
import { type Entry, readEntry, type Sources } from './sources.ts';

/** What an alarm has from its areas, all of it decided. */
export interface Settings extends Behaviour {
  readonly severity: ByMode<Severity>;
  readonly severities: Readonly<Record<LimitName, Severity>>;
  readonly mask: readonly Mask[];
}

/** An alarm named as a parent, and where. */
export interface Mask {
  readonly id: string;
  readonly place: Place;
  readonly label: string;
}

const DAY = 24 * 3_600_000;

export const DEFAULTS: Settings = {
  guidance: '',
  dashboard: '',
  audience: [],
  labels: {},
  severity: { otherwise: Severity.major, modes: new Map() },
  severities: { lolo: Severity.major, low: Severity.minor, high: Severity.minor, hihi: Severity.major },
  onDelayMs: 0,
  offDelayMs: 0,
  count: { bad: 1, of: 1 },
  latch: false,
  acknowledge: true,
  mask: [],
  // Long for anything read with the beam: what is read more rarely must say so, and is INVALID until it does.
  staleMs: 60_000,
  shelveMaxMs: DAY,
};

const SETTING_KEYS = Object.keys(AreaEntry.shape) as (keyof Given)[];

type Given = Partial<z.output<typeof AreaEntry>>;

/** Settings with what an area or an alarm says itself put over them. */
export function settingsUnder(
  above: Settings,
  given: Given,
  entry: Entry,
  expressions: Expressions,
): Settings {
  if (!SETTING_KEYS.some(key => given[key] !== undefined)) return above;
  const enable =
    given.enable === undefined ? above.enable : expressions.truth(entry, ['enable'], given.enable);
  return {
    guidance: given.guidance ?? above.guidance,
    dashboard: given.dashboard ?? above.dashboard,
    audience: given.audience ?? above.audience,
    labels: given.labels ? { ...above.labels, ...given.labels } : above.labels,
    severity: given.severity ?? above.severity,
    severities: given.severities ? over(above.severities, given.severities) : above.severities,
    onDelayMs: given.onDelay ?? above.onDelayMs,
    offDelayMs: given.offDelay ?? above.offDelayMs,
    count: given.count ?? above.count,
    latch: given.latch ?? above.latch,
    acknowledge: given.acknowledge ?? above.acknowledge,
    ...(enable ? { enable } : {}),
    mask:
      given.mask?.map((id, index) => ({
        id,
        place: entry.at(['mask', index]),
        label: entry.label(['mask', index]),
      })) ?? above.mask,
    staleMs: given.stale ?? above.staleMs,
    shelveMaxMs: given.shelveMax ?? above.shelveMaxMs,
  };
}

const over = (
  above: Settings['severities'],
  own: NonNullable<Given['severities']>,
): Settings['severities'] => ({
  lolo: own.lolo ?? above.lolo,
  low: own.low ?? above.low,
  high: own.high ?? above.high,
  hihi: own.hihi ?? above.hihi,
});

/** The settings of each area, found by its path; an area that nobody describes has those of the one above. */
export function areaSettings(
  { defaults, areas }: Sources,
  expressions: Expressions,
  problems: Problems,
): (area: string) => Settings {
  const read = (entry: Entry | undefined, above: Settings): Settings => {
    const given = entry && readEntry(entry, AreaEntry, problems);
    return entry && given ? settingsUnder(above, given, entry, expressions) : above;
  };
  const known = new Map<string, Settings>([['', read(defaults, DEFAULTS)]]);
  const of = (area: string): Settings => {
    let settings = known.get(area);
    if (!settings) {
      settings = read(areas.get(area), of(area.slice(0, Math.max(0, area.lastIndexOf('/')))));
      known.set(area, settings);
    }
    return settings;
  };
  // Those without alarms are checked too.
  for (const area of areas.keys()) of(area);
  return of;
}
