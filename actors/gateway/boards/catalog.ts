import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Logger } from 'pino';
import { type Board, readBoard } from '../../../dashboards/read-board.ts';
import { asSpillwayError } from '../../../protocol/errors.ts';
import type { Clock, Milliseconds } from '../../../protocol/time.ts';
import { boardFiles } from '../../../runtime/commands/dashboard-files.ts';
import { Body, Effort } from '../http/body.ts';

/** A board as it is served. */
export interface ServedBoard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly board: Board;
  /** Its JSON, as the page gets it; its digest changes with the file. */
  readonly body: Body;
}

/** How often files are looked at, at most. */
const LOOK_MS: Milliseconds = 1_000;

interface Known {
  readonly stamp: string;
  readonly served: ServedBoard | undefined;
}

/** Boards of some directories, read again when their files change. One of a later directory stands in for one of an earlier. */
export class Boards {
  readonly #directories: readonly string[];
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #files = new Map<string, Known>();
  #boards: ReadonlyMap<string, ServedBoard> = new Map();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;

  constructor(directories: readonly string[], log: Logger, clock: Clock) {
    this.#directories = directories;
    this.#log = log;
    this.#clock = clock;
  }

  async list(): Promise<readonly ServedBoard[]> {
    await this.#look();
    return [...this.#boards.values()];
  }

  async find(uid: string): Promise<ServedBoard | undefined> {
    await this.#look();
    return this.#boards.get(uid);
  }

  async #look(): Promise<void> {
    if (this.#clock() - this.#lookedAt < LOOK_MS) return;
    this.#looking ??= this.#readAll().finally(() => {
      this.#looking = undefined;
      this.#lookedAt = this.#clock();
    });
    await this.#looking;
  }

  async #readAll(): Promise<void> {
    const boards = new Map<string, ServedBoard>();
    for (const directory of this.#directories)
      for (const file of await boardFiles([directory]).catch(() => [])) {
        const served = await this.#read(file);
        if (served) boards.set(served.uid, served);
      }
    this.#boards = boards;
  }

  /** What was read last stays while a file makes no sense: somebody is writing it. */
  async #read(file: string): Promise<ServedBoard | undefined> {
    const known = this.#files.get(file);
    try {
      const { mtimeMs, size, ino } = await stat(file);
      const stamp = `${mtimeMs} ${size} ${ino}`;
      if (known?.stamp === stamp) return known.served;
      // Said once, whatever comes of it.
      this.#files.set(file, { stamp, served: known?.served });
      const served = serve(await readFile(file, 'utf8'), basename(file, '.json'));
      this.#files.set(file, { stamp, served });
      return served;
    } catch (thrown) {
      const { code, message } = asSpillwayError(thrown);
      this.#log.warn({ code, file }, `not a board: ${message}`);
      return known?.served;
    }
  }
}

/** @throws SpillwayError BOARD_INVALID */
export function serve(text: string, name: string): ServedBoard {
  const board = readBoard(text);
  const given = board.json;
  const uid = board.uid ?? name;
  const description = typeof given['description'] === 'string' ? given['description'] : '';
  const tags = Array.isArray(given['tags']) ? given['tags'].map(String) : [];
  const whole = {
    templating: { list: [] },
    annotations: { list: [] },
    ...given,
    uid,
    description,
    tags,
    panels: board.panels,
  };
  const body = new Body('application/json; charset=utf-8', JSON.stringify(whole), Effort.fast);
  return { uid, title: board.title, description, tags, board, body };
}
