import { type Cut, carve } from '../carve.ts';
import { type Block, takeBlock } from './block.ts';

/** One block of a stream, or what stands in its place. `bytes` is a view: copy it to keep it. */
export type StreamedBlock =
  | { readonly kind: 'block'; readonly offset: number; readonly bytes: Uint8Array; readonly block: Block }
  | {
      readonly kind: 'problem';
      readonly offset: number;
      readonly bytes: Uint8Array;
      readonly problem: 'BLOCK_MALFORMED' | 'BLOCK_CHECKSUM' | 'torn';
      readonly reason: string;
    };

/**
 * The blocks of a byte stream, in order, whatever the chunks it comes in.
 *
 * A block with a wrong checksum or contents becomes a problem and reading goes on behind it, as its size word
 * tells. A wrong size word leaves nothing to go on from: it is the last item. A stream that ends within a block
 * ends with the problem `torn`. Nothing is thrown but what the source throws.
 */
export async function* readBlocks(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<StreamedBlock, void, undefined> {
  for await (const { item, last } of carve(source, cutBlock, tornBlock)) {
    yield item;
    if (last) return;
  }
}

interface Item {
  readonly item: StreamedBlock;
  /** Nothing can be read behind this one. */
  readonly last: boolean;
}

function cutBlock(bytes: Uint8Array, start: number, offset: number): Cut<Item> {
  const taken = takeBlock(bytes, start);
  if (taken.kind === 'more') return { needed: taken.needed };
  const size = taken.size ?? bytes.byteLength - start;
  const view = bytes.subarray(start, start + size);
  if (taken.kind === 'block') {
    return { size, unit: { item: { kind: 'block', offset, bytes: view, block: taken.block }, last: false } };
  }
  const { code: problem, reason } = taken;
  return {
    size,
    unit: { item: { kind: 'problem', offset, bytes: view, problem, reason }, last: taken.size === null },
  };
}

function tornBlock(rest: Uint8Array, offset: number): Item {
  const taken = takeBlock(rest);
  const needed = taken.kind === 'more' ? taken.needed : rest.byteLength;
  const reason = `${rest.byteLength} bytes of a block that needs ${needed} or more`;
  return { item: { kind: 'problem', offset, bytes: rest, problem: 'torn', reason }, last: true };
}
