import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type EventScope, type EventSighting, eventKey, isWithin } from './event-sighting.ts';

/** Lines of a front end's truth file; it tells more. */
const RunLine = z.object({ run: z.int() });
const EventLine = z.object({ serial: z.int(), time: z.int(), at: z.number(), digest: z.string() });
const EndLine = z.object({ ended: z.int() });

const TRUTH = /^run\d+\.truth\.jsonl$/;

export interface Written {
  readonly events: readonly EventSighting[];
  /** Runs of which the front end tells at all. */
  readonly runs: ReadonlySet<number>;
  /** Events of which it may have died before they were in the file: the last ones of runs without an end. */
  readonly doubtful: ReadonlySet<string>;
}

/** What a simulated camera says it has written in the range, from the truth files beside its runs. */
export async function written(directory: string, scope: EventScope): Promise<Written> {
  const events: EventSighting[] = [];
  const runs = new Set<number>();
  const doubtful = new Set<string>();
  for (const name of (await readdir(directory)).toSorted()) {
    if (!TRUTH.test(name)) continue;
    const lines = linesOf(await readFile(join(directory, name), 'utf8'));
    const about = RunLine.safeParse(lines[0]);
    if (!about.success) continue;
    const { run } = about.data;
    if (scope.run !== undefined && run !== scope.run) continue;
    runs.add(run);
    const told = lines.flatMap(line => EventLine.safeParse(line).data ?? []);
    const keyOf = (serial: number) => eventKey({ ...scope, run, serial, copy: 0 });
    for (const { serial, time, at, digest } of told) {
      if (!isWithin(time * 1000, scope)) continue;
      events.push({ key: keyOf(serial), digest, where: name, run, atMs: at * 1000 });
    }
    const last = told.at(-1);
    if (last && !EndLine.safeParse(lines.at(-1)).success) doubtful.add(keyOf(last.serial));
  }
  return { events, runs, doubtful };
}

/** The last line of a front end that died may be torn. */
function linesOf(text: string): unknown[] {
  return text.split('\n').flatMap(line => {
    try {
      return line === '' ? [] : [JSON.parse(line) as unknown];
    } catch {
      return [];
    }
  });
}
