/** A refusal in ClickHouse's own terms: what the engine said, or what the front says in its manner. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  /** ClickHouse exception code, e.g. 62. */
  readonly code: number;
  /** Name of the code, e.g. `SYNTAX_ERROR`. */
  readonly type: string;

  constructor(code: number, type: string, message: string, options?: { cause?: unknown }) {
    super(`Code: ${code}. DB::Exception: ${message}. (${type})`, options);
    this.code = code;
    this.type = type;
  }
}

/** Code and text of anything thrown while serving a statement. Text follows the server's: `Code: N. DB::Exception: …`. */
export function describeError(thrown: unknown, version: string): { code: number; text: string } {
  const message = (thrown instanceof Error ? thrown.message : String(thrown)).trim();
  const code = /^Code: (\d+)\./.exec(message)?.[1];
  // 1001 is the server's code for an exception that is not its own.
  const known = code === undefined ? `Code: 1001. DB::Exception: ${message}. (STD_EXCEPTION)` : message;
  return { code: Number(code ?? 1001), text: `${known} (version ${version} (embedded))\n` };
}

/** HTTP status of an exception code, as `exceptionCodeToHTTPStatus` of the server has it; all else is 500. */
const STATUS_OF: ReadonlyMap<number, number> = new Map([
  ...[6, 27, 41, 53, 57, 62, 69, 70, 72, 117, 130, 131, 386, 456, 457].map(code => [code, 400] as const),
  ...[16, 46, 47, 50, 56, 60, 63, 73, 81, 115].map(code => [code, 404] as const),
  [311, 413],
  [48, 501],
  [159, 408],
  [164, 403],
  [194, 401],
  [516, 403],
]);

export const statusOf = (code: number): number => STATUS_OF.get(code) ?? 500;
