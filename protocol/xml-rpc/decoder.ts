import { SaxesParser } from 'saxes';
import { type ErrorCode, SpillwayError } from '../errors.ts';
import { DocumentBuilder } from './builder.ts';
import { CharsetDecoder } from './charset.ts';
import { DEFAULT_LIMITS, type XmlRpcLimits } from './limits.ts';
import { Piece } from './piece.ts';
import { PlainValues } from './plain-values.ts';
import type { XmlRpcDocument } from './values.ts';

/** Characters given to the XML parser at a time; limits that it cannot see for us are checked between. */
const SLICE = 64 * 1024;

/**
 * Reads one XML-RPC document as it comes in, in pieces of any size:
 *
 *     const decoder = new XmlRpcDecoder();
 *     for await (const chunk of request) decoder.push(chunk);
 *     const document = decoder.end();
 *
 * Bytes become text (charset.ts), text becomes elements (saxes), elements are checked and become values (builder.ts);
 * plain values of arrays take a shortcut (plain-values.ts). There is no recursion but there, a few levels: depth costs a
 * limit, not the stack.
 *
 * Nothing outside the document is ever read, and nothing in it is expanded: a document type, and with it every
 * entity of one's own, and processing instructions are refused. A struct with two members of one name is refused
 * too, since readers disagree on which of them counts. Attributes are refused but for name space declarations,
 * which some libraries put on the root.
 *
 * `push` and `end` throw SpillwayError; every message starts with the line and column:
 * - XML_MALFORMED: not well-formed, or the document ended early (then from `end` only).
 * - XML_FORBIDDEN: a document type or a processing instruction.
 * - XML_TOO_LARGE, XML_TOO_DEEP: over a limit.
 * - XMLRPC_INVALID: well-formed, but not XML-RPC; names the element's path.
 * After the first error the decoder only repeats it.
 */
export class XmlRpcDecoder {
  readonly #limits: XmlRpcLimits;
  readonly #charset: CharsetDecoder;
  // Without `position` the parser still counts lines and columns; it only leaves them out of its messages.
  readonly #parser = new SaxesParser({ position: false, defaultXMLVersion: '1.0', forceXMLVersion: true });
  readonly #builder: DocumentBuilder;

  #failure: SpillwayError | undefined;
  #bytes = 0;
  /** Where the parser thought it was when the last shortcut ended, and where that was. */
  #seam = { line: 1, column: 0, trueLine: 1, trueColumn: 0 };
  /** Characters since the parser last told us of anything. */
  #quiet = 0;

  /** `charset` is that of an HTTP header, where there was one. */
  constructor(limits: Partial<XmlRpcLimits> = {}, charset?: string) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#charset = new CharsetDecoder(charset);
    this.#builder = new DocumentBuilder(this.#limits, (code, reason) => this.#error(code, reason));
    this.#parser.on('opentag', ({ name }) => {
      this.#quiet = 0;
      this.#builder.open(name);
    });
    this.#parser.on('closetag', () => {
      this.#quiet = 0;
      this.#builder.close();
    });
    this.#parser.on('text', text => this.#onText(text));
    this.#parser.on('cdata', text => this.#onText(text));
    this.#parser.on('attribute', ({ name }) => {
      if (name === 'xmlns' || name.startsWith('xmlns:')) return;
      throw this.#error('XMLRPC_INVALID', `attribute "${name}" in a child of ${this.#builder.path()}`);
    });
    this.#parser.on('doctype', () => {
      throw this.#error('XML_FORBIDDEN', 'a document type');
    });
    this.#parser.on('processinginstruction', ({ target }) => {
      throw this.#error('XML_FORBIDDEN', `processing instruction "${target}"`);
    });
  }

  push(chunk: Uint8Array | string): void {
    this.#guard(() => {
      this.#bytes += chunk.length;
      if (this.#bytes > this.#limits.bytes) {
        throw this.#error('XML_TOO_LARGE', `document over ${this.#limits.bytes} bytes`);
      }
      this.#write(typeof chunk === 'string' ? Piece.ofText(chunk) : this.#charset.decode(chunk));
    });
  }

  /** The document, complete. */
  end(): XmlRpcDocument {
    return this.#guard(() => {
      try {
        this.#write(this.#charset.end());
        this.#parser.close();
      } catch (cause) {
        // All that came before was in order, so what is wrong is what did not come.
        if (cause instanceof SpillwayError && cause.code !== 'XML_MALFORMED') throw cause;
        throw this.#error('XML_MALFORMED', `the document ends early: ${textOf(cause)}`, cause);
      }
      const { document } = this.#builder;
      if (document === undefined) throw this.#error('XML_MALFORMED', 'the document ends early');
      return document;
    });
  }

  #guard<T>(work: () => T): T {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return work();
    } catch (thrown) {
      this.#failure =
        thrown instanceof SpillwayError ? thrown : this.#error('XML_MALFORMED', textOf(thrown), thrown);
      throw this.#failure;
    }
  }

  #write(piece: Piece): void {
    const { length } = piece.bytes;
    for (let at = 0; at < length; ) {
      const next = piece.beforeValue(at);
      this.#parse(piece.text(at, next?.from ?? length));
      if (next === undefined) return;
      this.#builder.beforeValue = false;
      this.#parse(piece.text(next.from, next.end));
      // In a comment or a CDATA section these characters are no tag, and the parser tells of none.
      at = this.#builder.beforeValue ? this.#takePlain(piece, next.end) : next.end;
    }
  }

  /** Takes plain values at `at` past the XML parser; returns where they end. */
  #takePlain(piece: Piece, at: number): number {
    let [end, lines, lineStart] = [at, 0, -1];
    this.#builder.append((into, left) => {
      const plain = new PlainValues(piece, at, left);
      plain.take(into);
      ({ at: end, lines, lineStart } = plain.cursor);
      return plain.elements;
    });
    if (end === at) return at;
    const [trueLine, column] = this.#place();
    const trueColumn = lineStart < 0 ? column + end - at : end - lineStart;
    const { line } = this.#parser;
    this.#seam = { line, column: this.#parser.column, trueLine: trueLine + lines, trueColumn };
    return end;
  }

  #parse(text: string): void {
    for (let at = 0; at < text.length; at += SLICE) {
      const slice = text.length <= SLICE ? text : text.slice(at, at + SLICE);
      this.#quiet += slice.length;
      const before = this.#quiet;
      this.#parser.write(slice);
      // An unfinished text, comment or tag is with the parser, out of our sight, however long it grows.
      if (this.#quiet === before && this.#quiet > this.#limits.textLength + SLICE) {
        throw this.#builder.textTooLong();
      }
    }
  }

  #onText(text: string): void {
    this.#quiet = 0;
    this.#builder.text(text);
  }

  #error(code: ErrorCode, reason: string, cause?: unknown): SpillwayError {
    const [line, column] = this.#place();
    return new SpillwayError(code, `line ${line}, column ${column}: ${reason}`, { cause });
  }

  /** Line and column in the document. */
  #place(): [number, number] {
    const { line, column } = this.#parser;
    const seam = this.#seam;
    const sameLine = line === seam.line;
    return [seam.trueLine + line - seam.line, sameLine ? seam.trueColumn + column - seam.column : column];
  }
}

const textOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
