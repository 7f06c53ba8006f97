import { doubleIn } from './double.ts';
import { SCALARS } from './scalars.ts';
import type { XmlRpcValue } from './values.ts';

/** What may still be taken: elements, arrays and structs within each other, and characters of one text. */
export interface PlainLimits {
  readonly elements: number;
  readonly depth: number;
  readonly textLength: number;
}

/** Deeper values are left to the XML parser, so that no value is looked at more often than this in vain. */
const DEEPEST = 4;

/** Text that stands for itself and that a line of has one end: no references, no `]]>`, no ends of lines, no surrogates. */
const PLAIN_TEXT = /^[\x20-%'-;=-\\^-\ud7ff]*$/;

const [TAB, LF, CR, SPACE, SLASH, LESS] = [0x09, 0x0a, 0x0d, 0x20, 0x2f, 0x3c];

/** Thrown where a value is not plain or not whole; one for all, since making one takes longer than many a value. */
const NOT_PLAIN = new Error('not plain');

/**
 * Reads the values of an array that are written as nearly everybody writes them: tags without attributes, text without
 * references, white space between elements or none. Stops before the first that has anything else in it, is wrong, is not whole
 * or is over a limit; that is then the XML parser's, which says what is wrong with it. Nine tenths of a NuMI callback are
 * such values; reading them here takes a fifth of the time that the XML parser would.
 */
export class PlainValues {
  /** Where it stopped. */
  at: number;
  /** Elements taken so far. */
  elements = 0;
  /** Ends of lines passed, and where the last line began, or -1. */
  lines = 0;
  lineStart = -1;
  readonly #text: string;
  readonly #limits: PlainLimits;

  constructor(text: string, at: number, limits: PlainLimits) {
    this.#text = text;
    this.at = at;
    this.#limits = limits;
  }

  /** Appends what can be taken. */
  take(into: XmlRpcValue[]): void {
    for (;;) {
      const { at, elements, lines, lineStart } = this;
      try {
        this.#space();
        const value = this.#value(0);
        if (this.elements > this.#limits.elements) throw NOT_PLAIN;
        into.push(value);
      } catch (thrown) {
        if (thrown !== NOT_PLAIN) throw thrown;
        Object.assign(this, { at, elements, lines, lineStart });
        return;
      }
    }
  }

  #value(depth: number): XmlRpcValue {
    if (this.#skip('<value><double>')) return this.#double();
    this.#expect('<value>');
    const from = this.at;
    this.#space();
    if (this.#text.charCodeAt(this.at) !== LESS || this.#ends()) {
      this.at = from;
      return this.#textUntil('</value>');
    }
    const value = this.#typed(depth);
    this.#space();
    this.#expect('</value>');
    return value;
  }

  #typed(depth: number): XmlRpcValue {
    this.elements++;
    const end = this.#text.indexOf('>', this.at);
    const name = this.#text.slice(this.at + 1, end);
    if (end < 0) throw NOT_PLAIN;
    if (name === 'struct' || name === 'array') {
      if (depth >= DEEPEST || depth >= this.#limits.depth) throw NOT_PLAIN;
      this.at = end + 1;
      this.#space();
      return name === 'struct' ? this.#struct(depth + 1) : this.#array(depth + 1);
    }
    if (!Object.hasOwn(SCALARS, name)) throw NOT_PLAIN;
    this.at = end + 1;
    const value = SCALARS[name as keyof typeof SCALARS](this.#textUntil(`</${name}>`));
    if (value === undefined) throw NOT_PLAIN;
    return value;
  }

  #array(depth: number): XmlRpcValue {
    const values: XmlRpcValue[] = [];
    this.#expect('<data>');
    for (this.#space(); !this.#ends(); this.#space()) values.push(this.#value(depth));
    if (!this.#skip('</data>')) throw NOT_PLAIN;
    this.#space();
    if (!this.#skip('</array>')) throw NOT_PLAIN;
    return values;
  }

  #struct(depth: number): XmlRpcValue {
    const members = Object.create(null) as Record<string, XmlRpcValue>;
    for (; !this.#ends(); this.#space()) {
      this.#expect('<member>');
      this.#space();
      this.#expect('<name>');
      const name = this.#textUntil('</name>');
      if (name in members) throw NOT_PLAIN;
      this.#space();
      members[name] = this.#value(depth);
      this.#space();
      if (!this.#skip('</member>')) throw NOT_PLAIN;
    }
    if (!this.#skip('</struct>')) throw NOT_PLAIN;
    return members;
  }

  /** Behind `<value><double>`; up to and with the value's end. */
  #double(): number {
    this.elements += 2;
    const end = this.#text.indexOf('<', this.at);
    if (end < 0 || end - this.at > this.#limits.textLength) throw NOT_PLAIN;
    const value = doubleIn(this.#text, this.at, end);
    if (value === undefined) throw NOT_PLAIN;
    this.at = end;
    this.#endOfDouble();
    return value;
  }

  #endOfDouble(): void {
    if (this.#skip('</double></value>')) return;
    if (!this.#skip('</double>')) throw NOT_PLAIN;
    this.#space();
    if (!this.#skip('</value>')) throw NOT_PLAIN;
  }

  /** Plain text and the tag that ends it. */
  #textUntil(tag: string): string {
    const end = this.#text.indexOf('<', this.at);
    const text = this.#text.slice(this.at, end);
    if (end < 0 || text.length > this.#limits.textLength || !PLAIN_TEXT.test(text)) throw NOT_PLAIN;
    this.at = end;
    if (!this.#skip(tag)) throw NOT_PLAIN;
    return text;
  }

  /** The start of an element. */
  #expect(tag: string): void {
    if (!this.#skip(tag)) throw NOT_PLAIN;
    this.elements++;
  }

  /** Whether an element ends here. */
  #ends(): boolean {
    return this.#text.charCodeAt(this.at + 1) === SLASH;
  }

  #skip(tag: string): boolean {
    if (!this.#text.startsWith(tag, this.at)) return false;
    this.at += tag.length;
    return true;
  }

  #space(): void {
    const text = this.#text;
    let { at } = this;
    for (; ; at++) {
      const code = text.charCodeAt(at);
      if (code === SPACE || code === TAB) continue;
      if (code === LF) {
        this.lines++;
        this.lineStart = at + 1;
      } else if (code !== CR || text.charCodeAt(at + 1) !== LF) break;
    }
    this.at = at;
  }
}
