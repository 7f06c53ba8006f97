import { asSpillwayError } from '../../../protocol/errors.ts';
import { ChangeCause } from '../../../protocol/messages/alarm-change.ts';
import { type AlarmRules, alarmRulesApplied, digestOfRules } from '../../../protocol/messages/alarm-rules.ts';
import { eventTimeFromMs } from '../../../protocol/time.ts';
import { diffRules } from '../rules/diff.ts';
import { bookOfFiles } from './book-shelf.ts';
import type { Book } from './definition.ts';
import { modeUnder } from './mode.ts';
import { packFiles } from './packed-files.ts';
import { Round } from './round.ts';
import type { EngineState } from './state.ts';
import type { Work } from './work.ts';

/** Names told of one kind: a message has a size. */
const MAX_NAMES = 1000;

interface Taken {
  readonly state: Partial<EngineState>;
  readonly reason: string;
}

/**
 * Puts rule files in force: whatever differs is evaluated under the new rules, what people have said of an alarm stays, an
 * alarm without a rule ends. Files that do not compile are refused, and the rules before go on.
 */
export function takeRules(work: Work, state: EngineState, { files, by }: AlarmRules): Taken {
  const digest = digestOfRules(files);
  if (state.rules?.digest === digest) return { ...answer(work, null), reason: 'these rules are in force' };
  let book: Book;
  try {
    book = bookOfFiles(digest, files);
  } catch (thrown) {
    const { message } = asSpillwayError(thrown);
    return { ...answer(work, message), reason: `rules refused: ${message}` };
  }
  const { now } = work;
  const difference = diffRules(work.book.ruleSet, book.ruleSet);
  const told = work.outputs.length;
  work.version += 1;
  work.since = now;
  for (const id of difference.removed) {
    const definition = work.book.definitions.get(id);
    if (definition) work.remove(definition);
  }
  work.book = book;
  work.inputs.keepOnly(book.wanted);
  work.forget();
  work.renew(difference.changed);
  work.enterMode(modeUnder(work.mode, book.ruleSet.modes), 'the rules know it no more');
  work.recogniseMode();
  work.refused = null;
  work.evaluate(Round.of(book.definitions.values()), () => ({ cause: ChangeCause.rules }));
  const body = {
    version: work.version,
    digest,
    by,
    at: eventTimeFromMs(now),
    alarms: book.ruleSet.rules.size,
    added: difference.added.slice(0, MAX_NAMES),
    removed: difference.removed.slice(0, MAX_NAMES),
    changed: difference.changed.slice(0, MAX_NAMES),
    moved: [...work.moved].slice(0, MAX_NAMES),
    modes: book.ruleSet.modes.map(({ name, description, when }) => ({ name, description, manual: !when })),
  };
  // Before what comes of them, so that whoever reads on knows why.
  work.outputs.splice(told, 0, { type: alarmRulesApplied, body });
  return {
    state: {
      rules: { version: work.version, digest, since: now, packed: packFiles(files) },
      watches: Object.fromEntries(
        [...book.stale.keys()].map(limit => [limit, { lookedAt: now, quietUntil: now }]),
      ),
      tickedAt: now,
    },
    reason: `rules ${work.version}: ${body.alarms} alarms, ${difference.changed.length} changed`,
  };
}

function answer(work: Work, refused: string | null): Pick<Taken, 'state'> {
  work.refused = refused;
  work.evaluateOwn();
  return { state: {} };
}
