import { SaxesParser } from 'saxes';
import { type ErrorCode, SpillwayError } from '../errors.ts';
import { CharsetDecoder } from './charset.ts';
import { DOCUMENT, ELEMENTS, type ElementRule, lacks, mayFollow } from './grammar.ts';
import { DEFAULT_LIMITS, type XmlRpcLimits } from './limits.ts';
import { PlainValues } from './plain-values.ts';
import {
  isMethodName,
  isStruct,
  type XmlRpcCall,
  type XmlRpcFault,
  type XmlRpcResponse,
  type XmlRpcValue,
} from './values.ts';

export type XmlRpcDocument =
  | ({ readonly kind: 'call' } & XmlRpcCall)
  | ({ readonly kind: 'response' } & XmlRpcResponse);

/** Characters given to the XML parser at a time; limits that it cannot see for us are checked between. */
const SLICE = 64 * 1024;
const SPACE = /^[ \t\r\n]*$/;
/** Behind these the next value of an array may stand. */
const BEFORE_VALUE = /<data>|<\/value>/g;

/**
 * Reads one XML-RPC document as it comes in, in pieces of any size:
 *
 *     const decoder = new XmlRpcDecoder();
 *     for await (const chunk of request) decoder.push(chunk);
 *     const document = decoder.end();
 *
 * Bytes become text (charset.ts), text becomes elements (saxes), elements are checked against the grammar
 * (grammar.ts) and become values here; plain values of arrays take a shortcut (plain-values.ts). There is no recursion but there, a
 * few levels: depth costs a limit, not the stack.
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

  #failure: SpillwayError | undefined;
  #bytes = 0;
  #elements = 0;
  /** Whether the parser has just told of a tag behind which the next value of an array may stand. */
  #beforeValue = false;
  /** Where the parser thought it was when the last shortcut ended, and where that was. */
  #seam = { line: 1, column: 0, trueLine: 1, trueColumn: 0 };
  /** Characters since the parser last told us of anything. */
  #quiet = 0;

  /** The open elements, outermost first, and how many children each has had. */
  readonly #open: ElementRule[] = [DOCUMENT];
  readonly #children: number[] = [0];
  /** The open arrays and structs, and the names of the open members. */
  readonly #containers: (XmlRpcValue[] | Record<string, XmlRpcValue>)[] = [];
  readonly #members: string[] = [];
  #text = '';
  #value: XmlRpcValue = null;

  #method = '';
  readonly #params: XmlRpcValue[] = [];
  #fault: XmlRpcFault | undefined;
  #document: XmlRpcDocument | undefined;

  /** `charset` is that of an HTTP header, where there was one. */
  constructor(limits: Partial<XmlRpcLimits> = {}, charset?: string) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#charset = new CharsetDecoder(charset);
    this.#parser.on('opentag', tag => this.#onOpen(tag.name));
    this.#parser.on('closetag', () => this.#onClose());
    this.#parser.on('text', text => this.#onText(text));
    this.#parser.on('cdata', text => this.#onText(text));
    this.#parser.on('attribute', ({ name }) => {
      if (name === 'xmlns' || name.startsWith('xmlns:')) return;
      throw this.#error('XMLRPC_INVALID', `attribute "${name}" in a child of ${this.#path()}`);
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
      this.#write(typeof chunk === 'string' ? chunk : this.#charset.decode(chunk));
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
      if (this.#document === undefined) throw this.#error('XML_MALFORMED', 'the document ends early');
      return this.#document;
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

  #write(text: string): void {
    let at = 0;
    while (at < text.length) {
      BEFORE_VALUE.lastIndex = at;
      const [tag] = BEFORE_VALUE.exec(text) ?? [];
      if (tag === undefined) return this.#parse(at === 0 ? text : text.slice(at));
      const end = BEFORE_VALUE.lastIndex;
      this.#parse(text.slice(at, end - tag.length));
      this.#beforeValue = false;
      this.#parse(tag);
      // In a comment or a CDATA section these characters are no tag, and the parser tells of none.
      at = this.#beforeValue ? this.#takePlain(text, end) : end;
    }
  }

  /** Takes plain values at `at` past the XML parser; returns where they end. */
  #takePlain(text: string, at: number): number {
    const { elements, depth, textLength } = this.#limits;
    const plain = new PlainValues(text, at, {
      elements: elements - this.#elements,
      depth: depth - this.#containers.length,
      textLength,
    });
    const array = this.#containers.at(-1) as XmlRpcValue[];
    const before = array.length;
    plain.take(array);
    if (plain.at === at) return at;
    this.#elements += plain.elements;
    this.#children[this.#children.length - 1] = (this.#children.at(-1) as number) + array.length - before;
    const [trueLine, column] = this.#place();
    const trueColumn = plain.lineStart < 0 ? column + plain.at - at : plain.at - plain.lineStart;
    const { line } = this.#parser;
    this.#seam = { line, column: this.#parser.column, trueLine: trueLine + plain.lines, trueColumn };
    return plain.at;
  }

  #parse(text: string): void {
    for (let at = 0; at < text.length; at += SLICE) {
      const slice = text.length <= SLICE ? text : text.slice(at, at + SLICE);
      this.#quiet += slice.length;
      const before = this.#quiet;
      this.#parser.write(slice);
      // An unfinished text, comment or tag is with the parser, out of our sight, however long it grows.
      if (this.#quiet === before && this.#quiet > this.#limits.textLength + SLICE) throw this.#textTooLong();
    }
  }

  #onOpen(name: string): void {
    this.#quiet = 0;
    const top = this.#open.length - 1;
    const parent = this.#open[top] as ElementRule;
    if (++this.#elements > this.#limits.elements) {
      throw this.#error('XML_TOO_LARGE', `over ${this.#limits.elements} elements`);
    }
    const rule = ELEMENTS.get(name);
    const count = this.#children[top] as number;
    if (rule === undefined || !mayFollow(parent.content, count, name)) {
      throw this.#invalid(`<${name}> ${rule === undefined ? 'is not XML-RPC' : 'may not stand here'}`);
    }
    if (this.#text !== '') this.#clearSpace();
    this.#children[top] = count + 1;
    this.#open.push(rule);
    this.#children.push(0);
    if (name === 'data') this.#beforeValue = true;
    else if (name === 'array') this.#enter([]);
    else if (name === 'struct') this.#enter(Object.create(null) as Record<string, XmlRpcValue>);
  }

  #onText(text: string): void {
    this.#quiet = 0;
    if ((this.#open.at(-1) as ElementRule).text) {
      this.#text = this.#text === '' ? text : this.#text + text;
      if (this.#text.length > this.#limits.textLength) throw this.#textTooLong();
    } else if (!SPACE.test(text)) {
      throw this.#invalid(`text "${abridge(text.trim())}" where none may be`);
    }
  }

  #onClose(): void {
    this.#quiet = 0;
    const rule = this.#open.at(-1) as ElementRule;
    const count = this.#children.at(-1) as number;
    if (rule.parse !== undefined) {
      const value = rule.parse(this.#text);
      if (value === undefined) throw this.#invalid(`"${abridge(this.#text)}" is not ${rule.name}`);
      this.#value = value;
    } else {
      const missing = lacks(rule.content, count);
      if (missing !== undefined) throw this.#invalid(`lacks ${missing}`);
      this.#finish(rule.name, count);
    }
    this.#text = '';
    this.#open.pop();
    this.#children.pop();
    if (rule.name === 'value') this.#deliver();
  }

  /** The end of an element that is not a scalar. */
  #finish(name: string, count: number): void {
    switch (name) {
      case 'value':
        if (count === 0) this.#value = this.#text;
        else if (this.#text !== '') this.#clearSpace();
        break;
      case 'array':
      case 'struct':
        this.#value = this.#containers.pop() as XmlRpcValue;
        break;
      case 'name':
        if (this.#text in (this.#containers.at(-1) as object)) {
          throw this.#invalid(`a second member "${abridge(this.#text)}"`);
        }
        this.#members.push(this.#text);
        break;
      case 'methodName':
        if (!isMethodName(this.#text)) throw this.#invalid(`"${abridge(this.#text)}" is not a method name`);
        this.#method = this.#text;
        break;
      case 'methodCall':
        this.#document = { kind: 'call', method: this.#method, params: this.#params };
        break;
      case 'methodResponse':
        this.#document = this.#response();
        break;
    }
  }

  /** Gives a complete value to the element it stands in. */
  #deliver(): void {
    switch ((this.#open.at(-1) as ElementRule).name) {
      case 'data':
        (this.#containers.at(-1) as XmlRpcValue[]).push(this.#value);
        this.#beforeValue = true;
        break;
      case 'member':
        (this.#containers.at(-1) as Record<string, XmlRpcValue>)[this.#members.pop() as string] = this.#value;
        break;
      case 'param':
        this.#params.push(this.#value);
        break;
      case 'fault':
        this.#fault = this.#faultOf(this.#value);
        break;
    }
  }

  #response(): XmlRpcDocument {
    if (this.#fault !== undefined) return { kind: 'response', ok: false, fault: this.#fault };
    const value = this.#params[0];
    if (value === undefined || this.#params.length > 1) {
      throw this.#invalid(`a response has one param, not ${this.#params.length}`);
    }
    return { kind: 'response', ok: true, value };
  }

  #faultOf(value: XmlRpcValue): XmlRpcFault {
    const { faultCode, faultString } = isStruct(value) ? value : {};
    if (typeof faultCode !== 'number' || !Number.isInteger(faultCode) || typeof faultString !== 'string') {
      throw this.#invalid('a fault is a struct of faultCode (int) and faultString (string)');
    }
    return { code: faultCode, message: faultString };
  }

  #enter(container: XmlRpcValue[] | Record<string, XmlRpcValue>): void {
    this.#containers.push(container);
    if (this.#containers.length > this.#limits.depth) {
      throw this.#error('XML_TOO_DEEP', `arrays and structs over ${this.#limits.depth} deep`);
    }
  }

  #clearSpace(): void {
    if (!SPACE.test(this.#text))
      throw this.#invalid(`text "${abridge(this.#text.trim())}" beside an element`);
    this.#text = '';
  }

  #textTooLong(): SpillwayError {
    return this.#error('XML_TOO_LARGE', `a text, comment or tag over ${this.#limits.textLength} characters`);
  }

  #invalid(reason: string): SpillwayError {
    return this.#error('XMLRPC_INVALID', `${this.#path()}: ${reason}`);
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

  /** `/methodCall/params/param[1]/value/array/data/value[7]`, counted from 1 as XPath does. */
  #path(): string {
    const steps = this.#open.slice(1).map(({ name }, index) => {
      const parent = this.#open[index] as ElementRule;
      return parent.content.kind === 'many' ? `${name}[${this.#children[index]}]` : name;
    });
    return `/${steps.join('/')}`;
  }
}

const abridge = (text: string): string => (text.length <= 40 ? text : `${text.slice(0, 40)}…`);
const textOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
