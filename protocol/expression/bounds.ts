/** What keeps every expression small, and its evaluation short. An expression beyond them is refused, never cut. */
export const BOUNDS = {
  /** Characters of one expression. */
  length: 4000,
  /** Brackets and calls within each other. */
  depth: 50,
  /** Operators within each other, those of a long sum included: together with `quantityDepth` what the stack must hold. */
  treeDepth: 200,
  /** Operators, calls, names and literals in one expression. */
  nodes: 1000,
  /** Arguments of one call. */
  arguments: 32,
  /** Quantities made from quantities made from quantities. */
  quantityDepth: 20,
  /** Operations of one evaluation: one per node, one per array element that a function looks at. */
  operations: 1_000_000,
  /** Longest window of `rate` and `counts`, in seconds. */
  windowSeconds: 3600,
} as const;
