import type { Session } from 'chdb';
import { StoreAccess } from './contract.ts';
import { EngineError } from './engine-error.ts';
import { Gate } from './gate.ts';

/** What a session must be set to before a statement runs in it. */
export interface SessionState {
  readonly access: StoreAccess;
  readonly database: string | undefined;
  readonly settings: ReadonlyMap<string, string>;
  /** Query parameters: `{name:Type}` in the statement. Values are in ClickHouse's escaped text form. */
  readonly parameters: ReadonlyMap<string, string>;
}

const IDLE_LIMIT = 32;
const NAME = /^[A-Za-z_]\w*$/;

/** A string literal. The zero byte would end the text on its way into the engine. */
export const literal = (text: string): string =>
  `'${text.replaceAll(/[\\']/g, '\\$&').replaceAll('\0', '\\0')}'`;
const identifier = (name: string): string => `\`${name.replaceAll(/[\\`]/g, '\\$&')}\``;

/**
 * Sessions of the engine, one statement at a time each. A session keeps what was `SET` in it and a read-only one
 * cannot be changed any more, so one is only given to requests that leave nothing of the one before visible: the
 * same database, the same parameter names, and the same settings (readers) or setting names (writers, whose values
 * are set anew each time; inserts differ in their deduplication token). Opening one takes 0.2 ms.
 */
export class SessionPool {
  readonly #open: () => Session;
  readonly #gates: Record<StoreAccess, Gate>;
  readonly #idle = new Map<Session, string>();

  /** @param size statements at once per kind of access, so that slow dashboards cannot hold up the recorder. */
  constructor(open: () => Session, size: number) {
    this.#open = open;
    this.#gates = { 'read-only': new Gate(size), 'read-write': new Gate(size) };
  }

  /** Runs `work` in a session of this state. One that `work` leaves in another state is not used again. */
  async use<T>(
    state: SessionState,
    signal: AbortSignal,
    work: (session: Session) => Promise<T>,
    { leavesState }: { leavesState: boolean },
  ): Promise<T> {
    using _ = await this.#gates[state.access].enter(signal);
    const key = keyOf(state);
    const reused = this.#take(key);
    const session = reused ?? this.#open();
    try {
      for (const statement of preparation(state, reused !== undefined)) await session.queryAsync(statement);
      const result = await work(session);
      if (leavesState) session.close();
      else this.#keep(session, key);
      return result;
    } catch (error) {
      // Whatever is left in it is nobody's business.
      session.close();
      throw error;
    }
  }

  close(): void {
    for (const session of this.#idle.keys()) session.close();
    this.#idle.clear();
  }

  #take(key: string): Session | undefined {
    for (const [session, idleKey] of this.#idle)
      if (idleKey === key) {
        this.#idle.delete(session);
        return session;
      }
    return undefined;
  }

  #keep(session: Session, key: string): void {
    this.#idle.set(session, key);
    if (this.#idle.size <= IDLE_LIMIT) return;
    const [oldest] = this.#idle.keys();
    if (!oldest) return;
    this.#idle.delete(oldest);
    oldest.close();
  }
}

const keyOf = ({ access, database, settings, parameters }: SessionState): string =>
  JSON.stringify([
    access,
    database,
    access === StoreAccess.readOnly ? [...settings] : [...settings.keys()],
    [...parameters.keys()],
  ]);

function preparation(state: SessionState, reused: boolean): string[] {
  for (const name of [...state.settings.keys(), ...state.parameters.keys()])
    if (!NAME.test(name)) throw new EngineError(115, 'UNKNOWN_SETTING', `Setting ${name} is not a name`);
  const readOnly = state.access === StoreAccess.readOnly;
  const list = (values: ReadonlyMap<string, string>, prefix: string) =>
    `SET ${[...values].map(([name, value]) => `${prefix}${name} = ${literal(value)}`).join(', ')}`;
  return [
    ...(state.database === undefined || reused ? [] : [`USE ${identifier(state.database)}`]),
    ...(state.settings.size > 0 && !(reused && readOnly) ? [list(state.settings, '')] : []),
    // Last of the settings: nothing can be changed after it.
    ...(readOnly && !reused ? ['SET readonly = 1'] : []),
    ...(state.parameters.size > 0 ? [list(state.parameters, 'param_')] : []),
  ];
}
