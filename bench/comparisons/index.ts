import type { Comparison } from '../harness/comparison.ts';
import { pack, unpack } from './raw-block/comparison.ts';
import { xmlRpcDecode } from './xml-rpc-decode/comparison.ts';

/** Every comparison, in the order in which they are run and told. */
export const COMPARISONS: readonly Comparison[] = [...xmlRpcDecode, pack, unpack];
