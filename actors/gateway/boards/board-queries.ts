import { type ExpandContext, expandQuery } from '../../../dashboards/expand/expand.ts';
import { intervalMs, intervalOf } from '../../../dashboards/expand/interval.ts';
import type { Variables } from '../../../dashboards/expand/variables.ts';
import { DATA_SOURCE_TYPE } from '../../../dashboards/model.ts';
import type { BoardPanel, BoardTarget } from '../../../dashboards/read-board.ts';
import { asSpillwayError, SpillwayError } from '../../../protocol/errors.ts';
import type { Frame, PanelData, PanelQuery, Region } from '../../../protocol/panel-query.ts';
import type { ActorContext } from '../../../runtime/actor.ts';
import { Body, Effort } from '../http/body.ts';
import type { ServedBoard } from './catalog.ts';
import { chosenVariables, type OptionsOf, optionsOfAll } from './choices.ts';
import { freshMs, onRaster } from './moments.ts';
import { regionsOf } from './regions.ts';
import { Shared } from './shared.ts';
import type { Answered, StoreReader } from './store-reader.ts';

/** Answers kept for a moment take this much memory at most. */
const KEPT_BYTES = 64 * 1024 ** 2;

/** Lists to choose from change seldom. */
const OPTIONS_MS = 10_000;
const OPTIONS = 5_000;

/** What is asked of a board: `/panels/3`, `/annotations`. */
interface Question<Answer> {
  readonly name: string;
  answer(
    range: Range,
    variables: () => Promise<Variables>,
    optionsOf: OptionsOf,
    signal: AbortSignal,
  ): Promise<Answer>;
}

type Range = Omit<PanelQuery, 'variables'>;

/**
 * Answers what pages ask of boards. Equal questions are answered together, and by one set of queries; a query that fails
 * spoils its own answer only.
 */
export class BoardQueries {
  readonly #reader: StoreReader;
  readonly #context: Pick<ActorContext, 'log' | 'count' | 'observe'>;
  readonly #answers: Shared<Body>;
  readonly #options: Shared<readonly string[]>;

  constructor(reader: StoreReader, context: Pick<ActorContext, 'log' | 'count' | 'observe' | 'clock'>) {
    this.#reader = reader;
    this.#context = context;
    this.#answers = new Shared(context.clock, ({ bytes }) => bytes.length, KEPT_BYTES);
    this.#options = new Shared(context.clock, list => list.length, 1_000_000);
  }

  panel(served: ServedBoard, panel: BoardPanel, query: PanelQuery, signal: AbortSignal): Promise<Body> {
    return this.#answer<PanelData>(served, query, signal, {
      name: `panels/${panel.id}`,
      answer: async (range, variables, _optionsOf, signal) => ({
        frames: await Promise.all(
          panel.targets
            .filter(({ hide, rawSql }) => hide !== true && rawSql.trim() !== '')
            .map(target => this.#frame(served, panel, target, range, variables, signal)),
        ),
      }),
    });
  }

  /** Regions of every annotation; `errors` tells of those that cannot be had. */
  annotations(served: ServedBoard, query: PanelQuery, signal: AbortSignal): Promise<Body> {
    return this.#answer<{ regions: Region[]; errors: string[] }>(served, query, signal, {
      name: 'annotations',
      answer: async (range, variables, _optionsOf, signal) => {
        const errors: string[] = [];
        const regions = await Promise.all(
          served.board.annotations.map(async annotation => {
            const sql = annotation.target?.rawSql ?? annotation.rawQuery ?? '';
            if (!annotation.enable || sql === '') return [];
            try {
              const answered = await this.#run(sql, contextOf(range, await variables()), signal);
              return regionsOf(annotation, answered);
            } catch (thrown) {
              errors.push(
                this.#explain(thrown, `board ${served.uid}, annotation ${annotation.name}`, signal),
              );
              return [];
            }
          }),
        );
        return { regions: regions.flat(), errors };
      },
    });
  }

  /** Values to choose from, by variable. @throws SpillwayError STORE_AWAY, QUERY_INVALID */
  variables(served: ServedBoard, query: PanelQuery, signal: AbortSignal): Promise<Body> {
    return this.#answer(served, query, signal, {
      name: 'variables',
      answer: (_range, _variables, optionsOf) => optionsOfAll(served.board, query.variables, optionsOf),
    });
  }

  #answer<Answer>(
    served: ServedBoard,
    query: PanelQuery,
    signal: AbortSignal,
    question: Question<Answer>,
  ): Promise<Body> {
    const range = onRaster(query);
    const choices = Object.entries(query.variables).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const key = JSON.stringify([served.uid, served.body.digest, question.name, range, choices]);
    const make = async (signal: AbortSignal): Promise<Body> => {
      const optionsOf: OptionsOf = ({ query: sql }, before) => {
        const expanded = expandQuery(sql, contextOf(range, before));
        const read = async (signal: AbortSignal) => {
          const { values } = await this.#reader.run(expanded, signal);
          return (values[0] ?? [])
            .filter(value => value !== null)
            .slice(0, OPTIONS)
            .map(String);
        };
        return this.#options.get(expanded, OPTIONS_MS, read, signal);
      };
      // Found once for all targets of a panel, and only where one needs it.
      let found: Promise<Variables> | undefined;
      const variables = () => (found ??= chosenVariables(served.board, query.variables, optionsOf));
      const answer = await question.answer(range, variables, optionsOf, signal);
      return new Body('application/json; charset=utf-8', JSON.stringify(answer), Effort.fast);
    };
    return this.#answers.get(key, freshMs(query), make, signal);
  }

  async #frame(
    served: ServedBoard,
    panel: BoardPanel,
    target: BoardTarget,
    range: Range,
    variables: () => Promise<Variables>,
    signal: AbortSignal,
  ): Promise<Frame> {
    const { refId } = target;
    try {
      refuseForeign(target);
      const points = panel.maxDataPoints || range.maxDataPoints;
      const context = contextOf({ ...range, maxDataPoints: points }, await variables(), panel.interval);
      return { refId, ...(await this.#run(target.rawSql, context, signal)) };
    } catch (thrown) {
      const place = `board ${served.uid}, panel ${panel.title || panel.id}, ${refId}`;
      const error = this.#explain(thrown, place, signal);
      return { refId, columns: [], values: [], truncated: false, elapsedMs: 0, rowsRead: 0, error };
    }
  }

  async #run(sql: string, context: ExpandContext, signal: AbortSignal): Promise<Answered> {
    const answered = await this.#reader.run(expandQuery(sql, context), signal);
    this.#context.count('board_queries');
    this.#context.observe('board_query', answered.elapsedMs);
    return answered;
  }

  /** What people are told, with its place; what lies behind it is for the log. */
  #explain(thrown: unknown, place: string, signal: AbortSignal): string {
    signal.throwIfAborted();
    const { code, message } = asSpillwayError(thrown);
    this.#context.count('board_queries_failed', { code });
    this.#context.log.debug({ code, place, err: thrown }, 'a query of a board has no answer');
    const known = code === 'QUERY_INVALID' || code === 'STORE_AWAY';
    return `${place}: ${known ? message : 'this went wrong; the log of the gateway has it'}`;
  }
}

const contextOf = (
  { fromMs, toMs, maxDataPoints }: Range,
  variables: Variables,
  least?: string | null,
): ExpandContext => ({
  fromMs,
  toMs,
  intervalMs: intervalOf(toMs - fromMs, maxDataPoints, least ? intervalMs(least) : 1),
  variables,
});

/** A board from elsewhere may ask other data sources too. @throws SpillwayError QUERY_INVALID */
function refuseForeign({ datasource }: BoardTarget): void {
  const type = typeof datasource === 'object' ? datasource?.type : undefined;
  if (type !== undefined && type !== DATA_SOURCE_TYPE)
    throw new SpillwayError(
      'QUERY_INVALID',
      `asks a data source of type ${type}; here there is only the store`,
    );
}
