import type { Dashboard } from '../../dashboards/model.ts';
import type { DisplayCaption } from '../../protocol/live.ts';
import type { AlarmChange } from '../../protocol/messages/alarm-change.ts';
import type { Silence } from '../../protocol/messages/silence.ts';
import type { PanelData, PanelQuery, Region, VariableChoice } from '../../protocol/panel-query.ts';
import type { PastPage } from '../alarms/past.ts';
import {
  ApiError,
  type BoardEntry,
  type CommandAnswer,
  type Modes,
  type SilencePreview,
  type SilenceWords,
  type Ways,
  type Who,
} from './answers.ts';

interface Refused {
  readonly code?: string;
  readonly message?: string;
  readonly alarm?: AlarmChange;
}

const encodePath = (text: string): string => text.split('/').map(encodeURIComponent).join('/');

/** The gateway, as the page speaks to it. Every method throws ApiError, or TypeError when it cannot be reached. */
export class Api {
  #csrf: string | undefined;

  /** Undefined when nobody is signed in and strangers may not look. */
  async who(): Promise<Who | undefined> {
    const response = await fetch('/api/v1/session');
    if (response.status === 401) return undefined;
    return this.#remember(await read<Who>(response));
  }

  async signIn(name: string, password: string): Promise<Who> {
    return this.#remember(await this.#send<Who>('POST', '/api/v1/session', { name, password }));
  }

  async ways(): Promise<Ways> {
    return read(await fetch('/api/v1/sign-in'));
  }

  /** @returns where to sign out at the identity provider too */
  async signOut(): Promise<string | undefined> {
    const answer = await this.#send<{ signOutUrl: string } | undefined>('DELETE', '/api/v1/session');
    this.#csrf = undefined;
    return answer?.signOutUrl;
  }

  async boards(): Promise<readonly BoardEntry[]> {
    return (await read<{ boards: BoardEntry[] }>(await fetch('/api/v1/boards'))).boards;
  }

  async board(uid: string): Promise<Dashboard> {
    return read(await fetch(`/api/v1/boards/${encodePath(uid)}`));
  }

  query(uid: string, panel: number, query: PanelQuery, signal: AbortSignal): Promise<PanelData> {
    return this.#send('POST', `/api/v1/boards/${encodePath(uid)}/panels/${panel}/query`, query, signal);
  }

  /** Values that each query variable of a board can take, by name. */
  variables(uid: string, query: PanelQuery, signal: AbortSignal): Promise<Record<string, VariableChoice>> {
    return this.#send('POST', `/api/v1/boards/${encodePath(uid)}/variables`, query, signal);
  }

  async annotations(uid: string, query: PanelQuery, signal: AbortSignal): Promise<readonly Region[]> {
    const path = `/api/v1/boards/${encodePath(uid)}/annotations`;
    return (await this.#send<{ regions: Region[] }>('POST', path, query, signal)).regions;
  }

  /** Pictures for people, of every detector and kind. */
  async displays(): Promise<readonly DisplayCaption[]> {
    const answer = await read<{ displays: { latest: DisplayCaption; older: DisplayCaption[] }[] }>(
      await fetch('/api/v1/displays'),
    );
    return answer.displays.flatMap(({ latest, older }) => [latest, ...older]);
  }

  /** What one alarm did, or all of them, from the store: a page. @param before `next` of the page before */
  async history(alarm: string | undefined, before: string | undefined): Promise<PastPage> {
    const path =
      alarm === undefined ? '/api/v1/alarm-history' : `/api/v1/alarms/${encodePath(alarm)}/history`;
    const words = before === undefined ? '' : `?${new URLSearchParams({ before }).toString()}`;
    return read(await fetch(path + words));
  }

  /** Does something about an alarm; `expected` is the transition the person saw. */
  async command(
    alarm: string,
    verb: string,
    words: Readonly<Record<string, unknown>>,
  ): Promise<CommandAnswer> {
    return this.#order('POST', `/api/v1/alarms/${encodePath(alarm)}/${verb}`, words);
  }

  /** Those that have ended in the last days too, the latest change first. */
  async silences(): Promise<readonly Silence[]> {
    return (await read<{ silences: Silence[] }>(await fetch('/api/v1/silences'))).silences;
  }

  /** What matchers would hide now. @param matchers as people write them */
  previewSilence(matchers: readonly string[], signal: AbortSignal): Promise<SilencePreview> {
    return this.#send('POST', '/api/v1/silences/preview', { matchers }, signal);
  }

  /** Makes a silence, or changes the one that is named. */
  saveSilence(words: SilenceWords, silence?: string): Promise<CommandAnswer> {
    return silence === undefined
      ? this.#order('POST', '/api/v1/silences', words)
      : this.#order('PUT', `/api/v1/silences/${silence}`, words);
  }

  endSilence(silence: string): Promise<CommandAnswer> {
    return this.#order('DELETE', `/api/v1/silences/${silence}`);
  }

  async modes(): Promise<Modes> {
    return read(await fetch('/api/v1/mode'));
  }

  /** An empty mode: it is recognised from the readings again. */
  setMode(words: {
    readonly id: string;
    readonly mode: string;
    readonly reason: string;
  }): Promise<CommandAnswer> {
    return this.#order('POST', '/api/v1/mode', words);
  }

  async #order(method: string, path: string, words?: unknown): Promise<CommandAnswer> {
    const response = await this.#ask(method, path, words);
    const { message } = await read<{ message: string }>(response);
    return { done: response.status !== 202, message };
  }

  #remember(who: Who): Who {
    this.#csrf = who.csrf;
    return who;
  }

  async #send<Answer>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Answer> {
    return read<Answer>(await this.#ask(method, path, body, signal));
  }

  #ask(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
    return fetch(path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.#csrf === undefined ? {} : { 'x-spillway-csrf': this.#csrf }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  }
}

async function read<Answer>(response: Response): Promise<Answer> {
  if (response.status === 204) return undefined as Answer;
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer as Answer;
  const { code = 'UNKNOWN', message = response.statusText, alarm } = (answer ?? {}) as Refused;
  throw new ApiError(response.status, code, message, alarm);
}
