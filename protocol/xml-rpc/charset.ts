import { isAscii } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { SpillwayError } from '../errors.ts';
import { Piece } from './piece.ts';

/** Longest XML declaration we look for; the longest one seen in the wild has some 60 bytes. */
const DECLARATION_BYTES = 256;

/**
 * Bytes to text as RFC 7303 section 3 orders the evidence: byte order mark, then the charset of the HTTP header,
 * then the XML declaration, then UTF-8. Knows every charset `TextDecoder` knows, and reads `ISO-8859-1` as its
 * superset windows-1252, as that one does.
 */
export class CharsetDecoder {
  readonly #fromHttp: string | undefined;
  #decoder: TextDecoder | undefined;
  #pending: Uint8Array = new Uint8Array(0);
  /** All bytes so far were ASCII, and the charset is one in which these are themselves. */
  #ascii = false;

  constructor(fromHttp?: string) {
    this.#fromHttp = fromHttp;
  }

  /**
   * What these bytes complete; empty while the charset is not known yet.
   * @throws SpillwayError XML_MALFORMED for bytes that are no text in the charset, or a charset nobody knows.
   */
  decode(bytes: Uint8Array): Piece {
    if (this.#decoder !== undefined) return this.#run(this.#decoder, bytes);
    const head = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    const label = sniff(head, this.#fromHttp);
    if (label === undefined) {
      this.#pending = Uint8Array.from(head);
      return Piece.ofText('');
    }
    this.#decoder = open(label);
    this.#ascii = this.#decoder.encoding === 'utf-8';
    return this.#run(this.#decoder, head);
  }

  /** ASCII, as nearly all documents are, stands for itself. */
  #run(decoder: TextDecoder, bytes: Uint8Array): Piece {
    this.#ascii &&= isAscii(bytes);
    return this.#ascii ? Piece.ofAscii(bytes) : Piece.ofText(run(decoder, bytes, true));
  }

  /** The last text. */
  end(): Piece {
    if (this.#decoder !== undefined) return Piece.ofText(run(this.#decoder, undefined, false));
    const decoder = open(sniff(this.#pending, this.#fromHttp, true) ?? 'utf-8');
    return Piece.ofText(run(decoder, this.#pending, false));
  }
}

function run(decoder: TextDecoder, bytes: Uint8Array | undefined, stream: boolean): string {
  try {
    return decoder.decode(bytes, { stream });
  } catch (cause) {
    throw new SpillwayError('XML_MALFORMED', `bytes that are not text in ${decoder.encoding}`, { cause });
  }
}

function open(label: string): TextDecoder {
  try {
    return new TextDecoder(label, { fatal: true });
  } catch (cause) {
    throw new SpillwayError('XML_MALFORMED', `unknown charset "${label}"`, { cause });
  }
}

/** The charset's label, or undefined where more bytes are needed to tell. */
function sniff(head: Uint8Array, fromHttp: string | undefined, last = false): string | undefined {
  if (head.length < 3 && !last) return undefined;
  const [a, b, c] = head;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (fromHttp !== undefined) return fromHttp;
  // A document starts with `<` or white space, all ASCII: a zero beside it gives UTF-16 away.
  if (b === 0 && a !== 0) return 'utf-16le';
  if (a === 0 && b !== 0) return 'utf-16be';
  const text = Buffer.from(head.subarray(0, DECLARATION_BYTES)).toString('latin1');
  if (!text.startsWith('<?xml'))
    return last || text.length >= 5 || !'<?xml'.startsWith(text) ? 'utf-8' : undefined;
  const end = text.indexOf('?>');
  if (end === -1 && text.length < DECLARATION_BYTES && !last) return undefined;
  return /encoding\s*=\s*["']([^"']*)["']/.exec(text.slice(0, end))?.[1] ?? 'utf-8';
}
