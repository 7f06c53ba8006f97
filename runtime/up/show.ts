import { type Picture, plainLine, screen } from './view.ts';

const SCREEN_EVERY_MS = 500;
const LINE_EVERY_MS = 5_000;

export const isTerminal = (out: NodeJS.WritableStream): boolean => 'isTTY' in out && out.isTTY === true;

/**
 * Shows the picture again and again until disposed of: on a terminal as a screen that is drawn over, elsewhere as one
 * line at a time. Disposing of it leaves the last screen standing.
 */
export function show(out: NodeJS.WritableStream, picture: () => Picture): Disposable {
  if (!isTerminal(out)) {
    const { addresses } = picture();
    out.write(addresses.map(([what, address]) => `${what.padEnd(12)} ${address}\n`).join(''));
    const timer = setInterval(() => out.write(`${plainLine(picture())}\n`), LINE_EVERY_MS);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }
  let drawn = 0;
  const draw = () => {
    const width = 'columns' in out && typeof out.columns === 'number' ? out.columns : 120;
    const lines = screen(picture()).map(line => line.slice(0, width - 1));
    // Up over the last screen, then each line cleared to its end and whatever was below removed.
    const up = drawn > 0 ? `\x1b[${drawn}A` : '';
    out.write(`${up}${lines.map(line => `${line}\x1b[K\n`).join('')}\x1b[J`);
    drawn = lines.length;
  };
  draw();
  const timer = setInterval(draw, SCREEN_EVERY_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
