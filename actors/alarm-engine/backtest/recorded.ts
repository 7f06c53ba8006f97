import { digestOfRules } from '../../../protocol/messages/alarm-rules.ts';
import type { Delivered } from '../../../runtime/actor.ts';
import { rowsOf, type Store } from '../../../runtime/store/connection.ts';
import { bookOfFiles } from '../engine/book-shelf.ts';
import type { EngineMessage } from '../engine/engine.ts';
import type { RuleFiles } from './backtest.ts';
import { mergeByTime } from './merge.ts';
import type { Range } from './range.ts';
import { recordedHealth } from './recorded-health.ts';
import { recordedLedger } from './recorded-ledger.ts';
import { recordedModes } from './recorded-modes.ts';
import { recordedReadings } from './recorded-readings.ts';

/** Everything recorded that these rules ask for, in the order in which it was stored. */
export function recorded(
  store: Store,
  range: Range,
  ruleSets: readonly RuleFiles[],
  { modes = true }: { readonly modes?: boolean } = {},
): AsyncIterable<Delivered<EngineMessage>> {
  const wanted = ruleSets.map(files => bookOfFiles(digestOfRules(files), files).wanted);
  const names = (of: (one: (typeof wanted)[number]) => Iterable<string>) => [
    ...new Set(wanted.flatMap(one => [...of(one)])),
  ];
  return mergeByTime<EngineMessage>([
    ...(modes ? [recordedModes(store, range)] : []),
    recordedLedger(
      store,
      range,
      names(({ stages }) => stages),
    ),
    recordedHealth(
      store,
      range,
      names(({ actors }) => actors.keys()),
    ),
    recordedReadings(
      store,
      range,
      names(({ devices }) => devices.keys()),
    ),
  ]);
}

const IN_FORCE = `SELECT path, argMax(text, ts) AS text FROM alarm_rule_files
WHERE digest = (SELECT argMax(digest, (ts, version)) FROM alarm_rules) GROUP BY path ORDER BY path`;

/** The rule files in force as far as the store knows; none when no rules have ever been. */
export const rulesInForce = (store: Store): Promise<RuleFiles> =>
  rowsOf<RuleFiles[number]>(store, IN_FORCE, 'read the rules in force');
