import { Cursor } from './cursor.ts';
import { decimalIn } from './decimal.ts';
import { parseDouble } from './double.ts';
import type { Piece } from './piece.ts';
import { plainText } from './plain-text.ts';
import { SCALARS } from './scalars.ts';
import { type Tag, tag } from './tag.ts';
import type { XmlRpcValue } from './values.ts';

/** What may still be taken: elements, arrays and structs within each other, and characters of one text. */
export interface PlainLimits {
  readonly elements: number;
  readonly depth: number;
  readonly textLength: number;
}

/** Deeper values are left to the XML parser, so that no value is looked at more often than this in vain. */
const DEEPEST = 4;

const [VALUE, END_OF_VALUE] = [tag('<value>'), tag('</value>')];
const [VALUE_DOUBLE, END_OF_DOUBLE_VALUE] = [tag('<value><double>'), tag('</double></value>')];
const END_OF_DOUBLE = tag('</double>');
const [ARRAY, END_OF_ARRAY] = [tag('<array>'), tag('</array>')];
const [DATA, END_OF_DATA] = [tag('<data>'), tag('</data>')];
const [STRUCT, END_OF_STRUCT] = [tag('<struct>'), tag('</struct>')];
const [MEMBER, END_OF_MEMBER] = [tag('<member>'), tag('</member>')];
const [NAME, END_OF_NAME] = [tag('<name>'), tag('</name>')];
/** Those that come most stand first. */
const ORDER = [
  'int',
  'string',
  'double',
  'i4',
  'i8',
  'boolean',
  'dateTime.iso8601',
  'base64',
  'nil',
  'ex:i8',
  'ex:nil',
] as const satisfies readonly (keyof typeof SCALARS)[];
const TYPES = ORDER.map(name => ({
  start: tag(`<${name}>`),
  end: tag(`</${name}>`),
  parse: SCALARS[name],
}));

/** Thrown where a value is not plain or not whole; one for all, since making one takes longer than many a value. */
const NOT_PLAIN = new Error('not plain');

/**
 * Reads the values of an array that are written as nearly everybody writes them: tags without attributes, text without
 * references, white space between elements or none. Stops before the first that has anything else in it, is wrong, is not whole
 * or is over a limit; that is then the XML parser's, which says what is wrong with it. Nine tenths of a NuMI callback are
 * such values; reading them here takes a tenth of the time that the XML parser would.
 */
export class PlainValues {
  /** Where it stopped. */
  readonly cursor: Cursor;
  /** Elements taken so far. */
  elements = 0;
  readonly #limits: PlainLimits;

  constructor(piece: Piece, at: number, limits: PlainLimits) {
    this.cursor = new Cursor(piece, at);
    this.#limits = limits;
  }

  /** Appends what can be taken. */
  take(into: XmlRpcValue[]): void {
    const { cursor } = this;
    for (;;) {
      const { elements } = this;
      const { at, lines, lineStart } = cursor;
      try {
        cursor.space();
        const value = this.#value(0);
        if (this.elements > this.#limits.elements) throw NOT_PLAIN;
        into.push(value);
      } catch (thrown) {
        if (thrown !== NOT_PLAIN) throw thrown;
        Object.assign(cursor, { at, lines, lineStart });
        this.elements = elements;
        return;
      }
    }
  }

  #value(depth: number): XmlRpcValue {
    const { cursor } = this;
    if (cursor.skip(VALUE_DOUBLE)) return this.#double();
    this.#expect(VALUE);
    const from = cursor.at;
    cursor.space();
    if (!cursor.atTag() || cursor.atEnd()) {
      cursor.at = from;
      return this.#textUntil(END_OF_VALUE);
    }
    const value = this.#typed(depth);
    cursor.space();
    this.#need(END_OF_VALUE);
    return value;
  }

  #typed(depth: number): XmlRpcValue {
    const { cursor } = this;
    this.elements++;
    for (const { start, end, parse } of TYPES) {
      if (!cursor.skip(start)) continue;
      const value = parse(this.#textUntil(end));
      if (value === undefined) throw NOT_PLAIN;
      return value;
    }
    if (depth >= DEEPEST || depth >= this.#limits.depth) throw NOT_PLAIN;
    if (cursor.skip(STRUCT)) return this.#struct(depth + 1);
    this.#need(ARRAY);
    return this.#array(depth + 1);
  }

  #array(depth: number): XmlRpcValue {
    const { cursor } = this;
    const values: XmlRpcValue[] = [];
    cursor.space();
    this.#expect(DATA);
    for (cursor.space(); !cursor.atEnd(); cursor.space()) values.push(this.#value(depth));
    this.#need(END_OF_DATA);
    cursor.space();
    this.#need(END_OF_ARRAY);
    return values;
  }

  #struct(depth: number): XmlRpcValue {
    const { cursor } = this;
    const members = Object.create(null) as Record<string, XmlRpcValue>;
    for (cursor.space(); !cursor.atEnd(); cursor.space()) {
      this.#expect(MEMBER);
      cursor.space();
      this.#expect(NAME);
      const name = this.#textUntil(END_OF_NAME);
      if (name in members) throw NOT_PLAIN;
      cursor.space();
      members[name] = this.#value(depth);
      cursor.space();
      this.#need(END_OF_MEMBER);
    }
    this.#need(END_OF_STRUCT);
    return members;
  }

  /** Behind `<value><double>`; up to and with the value's end. */
  #double(): number {
    const { cursor } = this;
    this.elements += 2;
    const from = cursor.at;
    const end = cursor.nextTag();
    if (end - from > this.#limits.textLength) throw NOT_PLAIN;
    const value = decimalIn(cursor.bytes, from, end) ?? parseDouble(cursor.piece.text(from, end));
    if (value === undefined) throw NOT_PLAIN;
    cursor.at = end;
    if (cursor.skip(END_OF_DOUBLE_VALUE)) return value;
    this.#need(END_OF_DOUBLE);
    cursor.space();
    this.#need(END_OF_VALUE);
    return value;
  }

  /** Plain text and the tag that ends it. */
  #textUntil(end: Tag): string {
    const text = plainText(this.cursor, this.#limits.textLength);
    if (text === undefined) throw NOT_PLAIN;
    this.#need(end);
    return text;
  }

  /** The start of an element. */
  #expect(start: Tag): void {
    this.#need(start);
    this.elements++;
  }

  #need(expected: Tag): void {
    if (!this.cursor.skip(expected)) throw NOT_PLAIN;
  }
}
