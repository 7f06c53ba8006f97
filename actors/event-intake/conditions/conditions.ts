import type { ConditionPaths } from '../../../protocol/detector/description.ts';
import { conditionAt } from '../../../protocol/detector/odb-path.ts';
import type { RunOfEvent } from '../../../protocol/messages/raw-event.ts';
import type { RunBegin } from '../../../protocol/messages/run-transition.ts';
import { type Odb, odbNumber, odbValue } from '../../../protocol/midas/odb.ts';
import { token } from '../../../protocol/subjects.ts';
import type { EventTime } from '../../../protocol/time.ts';

type Condition = RunBegin['conditions'][string];

/** What the ODB at the begin of a run tells of it. */
export interface RunConditions {
  readonly runOf: RunOfEvent;
  readonly description: string;
  readonly conditions: Readonly<Record<string, Condition>>;
  /** Names of equipment by event id, all of different subject tokens; `null` where the ODB does not tell. */
  readonly equipment: ReadonlyMap<number, string> | null;
}

/** A run whose ODB tells nothing is a run all the same: no exposure, no pedestal. */
export function conditionsOf(odb: Odb | null, startedAt: EventTime, paths: ConditionPaths): RunConditions {
  const tree = odb?.kind === 'tree' ? odb.tree : {};
  const at = (path: string | undefined) => (path === undefined ? undefined : conditionAt(tree, path));
  const exposure = at(paths.exposure);
  const highVoltage = at(paths.highVoltage);
  const named = Object.entries(paths.values).map(([name, path]) => [name, at(path)] as const);
  return {
    runOf: {
      startedAt,
      pedestal: isOn(at(paths.pedestal)),
      highVoltage: highVoltage === undefined ? null : isOn(highVoltage),
      exposure: typeof exposure === 'number' && Number.isFinite(exposure) && exposure > 0 ? exposure : null,
    },
    description: String(at(paths.description) ?? ''),
    conditions: Object.fromEntries(
      named.filter((entry): entry is readonly [string, Condition] => entry[1] !== undefined),
    ),
    equipment: odb?.kind === 'tree' ? equipmentIn(odb.tree) : null,
  };
}

/** MIDAS has booleans, and numbers that stand for them. */
const isOn = (value: Condition | undefined): boolean =>
  typeof value === 'string' ? /^(y|yes|true|on)$/i.test(value) : Boolean(value);

/** Of two equipments of one event id, or of one subject token, the first has the name. */
function equipmentIn(tree: Readonly<Record<string, unknown>>): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const tokens = new Set<string>();
  const all = odbValue(tree, '/Equipment');
  for (const name of Object.keys(typeof all === 'object' && all !== null ? all : {})) {
    const id = odbNumber(tree, `/Equipment/${name}/Common/Event ID`);
    if (id === undefined || names.has(id) || tokens.has(token(name))) continue;
    names.set(id, name);
    tokens.add(token(name));
  }
  return names;
}
