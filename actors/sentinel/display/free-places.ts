import type { Frame } from './frame.ts';

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Side of a cell, pixels: half the height of a line of words. */
export const CELL = 8;

/** What is still free on a picture, in coarse cells, so that numbers hide neither light nor each other. */
export class FreePlaces {
  readonly #taken = new Set<number>();
  readonly #picture: Box;

  constructor(picture: Pick<Frame, keyof Box>) {
    this.#picture = picture;
  }

  has(box: Box): boolean {
    const { left, right, top, bottom } = this.#picture;
    if (box.left < left + 3 || box.right > right - 3 || box.top < top + 3 || box.bottom > bottom - 3)
      return false;
    for (const cell of cells(box)) if (this.#taken.has(cell)) return false;
    return true;
  }

  take(box: Box): void {
    for (const cell of cells(box)) this.#taken.add(cell);
  }
}

function* cells({ left, right, top, bottom }: Box): Generator<number> {
  for (let row = Math.floor(top / CELL); row <= Math.floor(bottom / CELL); row++)
    for (let column = Math.floor(left / CELL); column <= Math.floor(right / CELL); column++)
      yield row * 10_000 + column;
}
