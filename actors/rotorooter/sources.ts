import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SpillwayError } from '../../protocol/errors.ts';
import { MANIFEST_SUFFIX, Manifest } from '../../protocol/rotorooter/manifest.ts';
import { isMissing, type OpenFile, replaceFile } from './durable.ts';
import { JOURNAL_SUFFIX } from './naming.ts';

/** A sequence space, and how far it has come. */
export interface Source {
  /** Number that stands for it in journals. */
  readonly id: number;
  readonly name: string;
  /** Record stream its latest client named. */
  stream: string;
  /** Last sequence safely on disk; 0 when there is none. */
  lastOnDisk: number;
  /** Last sequence taken, on disk or on its way there. */
  lastTaken: number;
}

const FILE = 'sources.json';

const Table = z.strictObject({
  format: z.literal('rotorooter-sources/1'),
  sources: z.array(
    z.strictObject({
      id: z.int().min(1),
      name: z.string(),
      stream: z.string(),
      lastOnDisk: z.int().min(0),
    }),
  ),
});

/**
 * Every source ever seen in a directory. Kept in `sources.json`, apart from the manifests, because closed files
 * and their manifests are moved away to the archive. It is replaced when a source is new and when a file is
 * closed; what the open file adds is in that file's journal.
 */
export class Sources {
  readonly #byName = new Map<string, Source>();
  readonly #path: string;
  readonly #open: OpenFile;
  /** One change at a time: numbers are given in order and the file is replaced whole. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(directory: string, open: OpenFile) {
    this.#path = join(directory, FILE);
    this.#open = open;
  }

  /**
   * @throws SpillwayError FILE_STATE_LOST when the table is there but cannot be understood, or is gone while a journal
   * still counts on its numbers.
   */
  static async load(directory: string, open: OpenFile): Promise<Sources> {
    const sources = new Sources(directory, open);
    const text = await readFile(sources.#path, 'utf8').catch(isMissing);
    if (text === undefined) await sources.#fromManifests(directory);
    else for (const entry of parse(sources.#path, text).sources) sources.#put(entry);
    return sources;
  }

  byId(id: number): Source | undefined {
    return [...this.#byName.values()].find(source => source.id === id);
  }

  get all(): readonly Source[] {
    return [...this.#byName.values()];
  }

  /**
   * The source of that name. A new one is on disk before this resolves, so that a journal may refer to it; when
   * that fails, it is as if it had not been asked for.
   */
  open(name: string, stream: string): Promise<Source> {
    return this.#inTurn(async () => {
      const known = this.#byName.get(name);
      if (known) return Object.assign(known, { stream });
      const source = this.#put({ id: this.#byName.size + 1, name, stream, lastOnDisk: 0 });
      try {
        await this.#write();
      } catch (thrown) {
        this.#byName.delete(name);
        throw thrown;
      }
      return source;
    });
  }

  /** Makes `lastOnDisk` of every source survive without the journal. */
  save(): Promise<void> {
    return this.#inTurn(() => this.#write());
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(change);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #write(): Promise<void> {
    const sources = this.all.map(({ id, name, stream, lastOnDisk }) => ({ id, name, stream, lastOnDisk }));
    const table: z.infer<typeof Table> = { format: 'rotorooter-sources/1', sources };
    await replaceFile(this.#path, `${JSON.stringify(table, null, 2)}\n`, this.#open);
  }

  /**
   * Someone removed the table: the manifests that are still here tell how far each source has come. They do not tell
   * the numbers that journals know the sources by, and one guessed wrong would book records to another source.
   */
  async #fromManifests(directory: string): Promise<void> {
    const names = await readdir(directory);
    const journal = names.find(name => name.endsWith(JOURNAL_SUFFIX));
    if (journal !== undefined) throw gone(this.#path, journal);
    for (const name of names) {
      if (!name.endsWith(MANIFEST_SUFFIX)) continue;
      const path = join(directory, name);
      const manifest = Manifest.safeParse(JSON.parse(await readFile(path, 'utf8')));
      if (!manifest.success) throw lost(path, manifest.error);
      for (const { source, stream, last } of manifest.data.sources) {
        const known = this.#byName.get(source);
        if (!known) this.#put({ id: this.#byName.size + 1, name: source, stream, lastOnDisk: last });
        else if (known.lastOnDisk < last) known.lastOnDisk = known.lastTaken = last;
      }
    }
  }

  #put(entry: Pick<Source, 'id' | 'name' | 'stream' | 'lastOnDisk'>): Source {
    const source = { ...entry, lastTaken: entry.lastOnDisk };
    this.#byName.set(entry.name, source);
    return source;
  }
}

const gone = (path: string, journal: string): SpillwayError =>
  new SpillwayError(
    'FILE_STATE_LOST',
    `${path} is gone, and only it tells whose records ${journal} is about: put it back; if it is lost, move the ` +
      '.part and .journal files away, whose records are then asked for again',
  );

function parse(path: string, text: string): z.infer<typeof Table> {
  try {
    return Table.parse(JSON.parse(text));
  } catch (cause) {
    throw lost(path, cause);
  }
}

const lost = (path: string, cause: unknown): SpillwayError =>
  new SpillwayError('FILE_STATE_LOST', `${path} is damaged: it tells which records are on disk already`, {
    cause,
  });
