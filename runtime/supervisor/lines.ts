import type { Readable } from 'node:stream';

/** Longer lines are cut into pieces, so that a process that never ends its line cannot fill our memory. */
const LONGEST_LINE = 64 * 1024;

/** Calls back for each line of a text stream, the last one with or without its line end. */
export function eachLine(stream: Readable | null, onLine: (line: string) => void): void {
  let rest = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    if (rest.length > LONGEST_LINE) {
      onLine(rest);
      rest = '';
    }
  });
  stream?.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}

/** The end of a process's output, for error messages. */
export class LastLines {
  readonly #lines: string[] = [];
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  add(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > this.#count) this.#lines.shift();
  }

  get text(): string {
    return this.#lines.join('\n');
  }
}
