/**
 * How fast are MIDAS run files read?
 *
 *     node bench/midas-decode.ts [--events 40]
 *
 * One run of the simulated detector at full size, waveforms included, is made once; the same pictures are written again and
 * again to fill the file. Told are MB/s of the file as the logger writes it (the page cache holds it), with pictures and
 * digitisers found and checked, their values not read: from the file, from memory in chunks of 1 MiB, and from memory an
 * event at a time, where nothing is copied and only the time of an event means anything. Then a file under gzip.
 */
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { campaign, DEFAULTS } from '../fixtures/midas/campaign.ts';
import { makeRun } from '../fixtures/midas/run.ts';
import { digitisers, pictures } from '../protocol/midas/cygno/cygno.ts';
import { type MidasEvent, readEvents } from '../protocol/midas/midas.ts';
import { readMidasFile } from '../runtime/midas-file.ts';

const { values: options } = parseArgs({ options: { events: { type: 'string', default: '40' } } });
const events = Number(options.events);
const DIFFERENT = 4;
const signal = new AbortController().signal;

const [plan] = campaign({ ...DEFAULTS, pedestals: 0, events: DIFFERENT });
if (!plan) throw new Error('no run');
const made = [...makeRun(plan)].map(({ bytes }) => bytes);
const isPicture = (bytes: Uint8Array): boolean => bytes[0] === 1 && bytes[1] === 0;
const pieces = Array.from({ length: Math.ceil(events / DIFFERENT) }, () => made.filter(isPicture)).flat();
const all = [...made.filter(bytes => !isPicture(bytes)).slice(0, -1), ...pieces, made.at(-1)!];

const directory = await mkdtemp(join(tmpdir(), 'spillway-bench-'));
const file = join(directory, 'run.mid');
const packed = join(directory, 'packed.mid.gz');
await writeFile(file, all);
const once = Buffer.concat(made);
await writeFile(packed, gzipSync(once));
const bytes = (await stat(file)).size;

const whole = Buffer.concat(all);
async function* chunksOf(size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
}

async function* eventsOf(): AsyncGenerator<Uint8Array> {
  yield* all;
}

async function measure(what: string, size: number, source: () => AsyncIterable<MidasEvent>): Promise<void> {
  const seconds: number[] = [];
  let count = 0;
  for (let round = 0; round < 5; round++) {
    const started = performance.now();
    let pixels = 0;
    count = 0;
    for await (const event of source()) {
      count++;
      if (event.kind !== 'data' || event.header.id !== 1) continue;
      for (const picture of pictures(event.banks)) pixels += picture.pixels.length;
      for (const board of digitisers(event.banks)) pixels += board.waveforms.length;
    }
    if (pixels === 0) throw new Error('nothing decoded');
    seconds.push((performance.now() - started) / 1000);
  }
  const [best = 0, , median = 0] = seconds.toSorted((left, right) => left - right);
  const rate = (took: number): string => (size / 1e6 / took).toFixed(0);
  const each = ((best / count) * 1e6).toFixed(0);
  process.stdout.write(
    `${what.padEnd(30)} ${rate(best)} MB/s, median ${rate(median)}; ${each} us an event\n`,
  );
}

process.stdout.write(
  `${pieces.length} pictures of 2304 x 2304 with waveforms, ${(bytes / 1e6).toFixed(0)} MB\n`,
);
await measure('file', bytes, () => readMidasFile(file, { signal }));
await measure('memory, chunks of 1 MiB', bytes, () => readEvents(chunksOf(1024 * 1024)));
await measure('memory, chunks of one event', bytes, () => readEvents(eventsOf()));
await measure('gzip, unpacked bytes', once.length, () => readMidasFile(packed, { signal }));
const started = performance.now();
const again = [...makeRun(plan)].length;
const took = (performance.now() - started) / 1000;
process.stdout.write(
  `generator: ${DIFFERENT} pictures and ${again - DIFFERENT} other events in ${took.toFixed(1)} s\n`,
);
await rm(directory, { recursive: true });
