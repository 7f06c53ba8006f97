const decoder = new TextDecoder('utf-8');

/** Text of a body: UTF-8 without the NUL that ends a string in C; a byte that is not UTF-8 becomes U+FFFD. */
export function textOf(body: Uint8Array): string {
  let end = body.byteLength;
  while (end > 0 && body[end - 1] === 0) end--;
  return decoder.decode(body.subarray(0, end));
}
