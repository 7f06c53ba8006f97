import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { checkBoard, type Timing } from '../../../dashboards/check/check.ts';
import { timeRange } from '../../../dashboards/expand/time-range.ts';
import { type Board, readBoard } from '../../../dashboards/read-board.ts';
import { boardFiles } from '../../../runtime/commands/dashboard-files.ts';
import { rowsOf } from '../../../runtime/store/connection.ts';
import type { Comparison, Contender, Setting } from '../../harness/comparison.ts';
import { RAW_QUESTIONS } from './raw-questions.ts';
import { END, type YearStore, yearStore } from './year.ts';

/** The readings themselves of a year would be half a billion: the questions to them are about two months. */
const RAW_DAYS = 60;

/** Every panel of every board over a year, against the same kind of question on the table of readings itself. */
export const boards: Comparison = {
  name: 'boards',
  title: 'Panels of all boards over a year of a beam line, p95 of the queries',
  unit: 'ms',
  better: 'less',
  quick: false,
  goals: [{ figure: 200, source: 'what feels immediate' }],
  rounds: 3,
  async contenders(setting) {
    const store = await yearStore(RAW_DAYS);
    return [await panels(store, setting), raw(store)];
  },
};

async function panels(store: YearStore, { signal }: Setting): Promise<Contender> {
  const files = await boardFiles([]);
  const all: [string, Board][] = [];
  for (const file of files) all.push([basename(file, '.json'), readBoard(await readFile(file, 'utf8'))]);
  const range = timeRange('now-365d', 'now', END * 1_000);
  return {
    name: 'spillway',
    async round() {
      const timings: Timing[] = [];
      for (const [name, board] of all) {
        const options = {
          range,
          mostRows: 50_000,
          slowMs: Number.POSITIVE_INFINITY,
          allowEmpty: true,
          signal,
        };
        timings.push(...(await checkBoard(store.reader, board, name, options)).timings);
      }
      return { figure: p95(timings.map(({ ms }) => ms)) };
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

function raw(store: YearStore): Contender {
  return {
    name: 'readings of two months, 35 devices at 0.5 Hz',
    async round() {
      const times: number[] = [];
      for (const question of RAW_QUESTIONS) {
        const began = performance.now();
        await rowsOf(store.reader, question(END - RAW_DAYS * 86_400, END), 'a question');
        times.push(performance.now() - began);
      }
      return { figure: p95(times) };
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

const p95 = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? Number.NaN;
