import { readFile } from 'node:fs/promises';

/** Examples of a page: fenced blocks with a name behind the language, as in ```` ```hex record-2 ````. */
export interface Page {
  readonly text: string;
  /** The text of one example. @throws Error when the page has none or several of that language and name. */
  example(language: string, name: string): string;
  /** Cells of the first table that has this header row, without the header. */
  table(header: string): string[][];
}

export async function readPage(path: string): Promise<Page> {
  const text = await readFile(path, 'utf8');
  return {
    text,
    example(language, name) {
      const fence = new RegExp(`^\`\`\`${language} ${name}\n(.*?)^\`\`\`$`, 'gms');
      const [found, ...others] = [...text.matchAll(fence)].map(match => match[1] ?? '');
      if (found === undefined || others.length > 0)
        throw new Error(`${path}: ${others.length + 1} of ${language} ${name}`);
      return found;
    },
    table(header) {
      const start = text.indexOf(`\n${header}\n`);
      if (start < 0) throw new Error(`${path} has no table ${header}`);
      const lines = text.slice(start + 1).split('\n');
      const rows = lines.slice(
        2,
        lines.findIndex(line => !line.startsWith('|')),
      );
      return rows.map(row =>
        row
          .slice(1, -1)
          .split('|')
          .map(cell => cell.trim()),
      );
    },
  };
}

const HEX_LINE = /^([0-9a-f]{8}): ((?:[0-9a-f]{2,8} )+) *([\x20-\x7e]*)$/;

/** Bytes of an `xxd -g 4` dump with notes behind it. @throws Error for a line that is not one. */
export function bytesOf(dump: string): Buffer {
  const words = dump
    .split('\n')
    .filter(line => line !== '')
    .map(line => {
      const hex = HEX_LINE.exec(line)?.[2];
      if (!hex) throw new Error(`not a line of xxd: ${line}`);
      return hex.replaceAll(' ', '');
    });
  return Buffer.from(words.join(''), 'hex');
}

/** What `xxd -g 4 -c columns` prints, a line each. */
export function xxd(bytes: Uint8Array, columns: number): string[] {
  const width = columns * 2 + columns / 4 - 1;
  return Array.from({ length: Math.ceil(bytes.length / columns) }, (_, row) => {
    const part = Buffer.from(bytes.subarray(row * columns, (row + 1) * columns));
    const hex = part.toString('hex').match(/.{1,8}/g) ?? [];
    const text = part.toString('latin1').replaceAll(/[^\x20-\x7e]/g, '.');
    const offset = (row * columns).toString(16).padStart(8, '0');
    return `${offset}: ${hex.join(' ').padEnd(width)}  ${text}`;
  });
}
