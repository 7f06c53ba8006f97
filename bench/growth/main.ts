/**
 * How does the cost grow with devices, values, pixels, tracks and rules?
 *
 *     npm run growth [callbacks|pictures|rules ...]
 *
 * Each kind of work alone, in this process, warm, in microseconds of processor time (the shortest of some rounds: whatever else the
 * machine does only adds to it). Prints the tables of docs/performance.md, "How cost grows".
 */
import { callbacks } from './callbacks.ts';
import { pictures } from './pictures.ts';
import { rules } from './rules.ts';

const TABLES = { callbacks, pictures, rules };

const names = process.argv.slice(2);
const unknown = names.filter(name => !Object.hasOwn(TABLES, name));
if (unknown.length > 0) {
  process.stderr.write(`there is no ${unknown.join(', ')}; there are ${Object.keys(TABLES).join(', ')}\n`);
  process.exit(2);
}
for (const [name, rows] of Object.entries(TABLES)) {
  if (names.length > 0 && !names.includes(name)) continue;
  let isFirst = true;
  for (const row of rows()) {
    const cells = Object.entries(row);
    if (isFirst) print(cells.map(([title]) => title)).print(cells.map(() => '---:'));
    isFirst = false;
    print(cells.map(([, cell]) => cell));
  }
  process.stdout.write('\n');
}

function print(cells: readonly string[]): { print: typeof print } {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
  return { print };
}
