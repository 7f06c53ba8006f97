import type { ErrorCode, SpillwayError } from '../errors.ts';
import { faultOf } from './fault.ts';
import { DOCUMENT, ELEMENTS, type ElementRule, lacks, mayFollow } from './grammar.ts';
import type { XmlRpcLimits } from './limits.ts';
import type { PlainLimits } from './plain-values.ts';
import { isMethodName, type XmlRpcDocument, type XmlRpcFault, type XmlRpcValue } from './values.ts';

const SPACE = /^[ \t\r\n]*$/;

/**
 * Makes a document of elements as the XML parser tells of them, each checked against the grammar (grammar.ts). There is no recursion:
 * depth costs a limit, not the stack. What is wrong is thrown as `fail` makes it.
 */
export class DocumentBuilder {
  /** Complete once the root element has ended. */
  document: XmlRpcDocument | undefined;
  /** Whether a tag was told of behind which the next value of an array may stand. Whoever asks sets it back. */
  beforeValue = false;

  readonly #limits: XmlRpcLimits;
  readonly #fail: (code: ErrorCode, reason: string) => SpillwayError;
  #elements = 0;
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

  constructor(limits: XmlRpcLimits, fail: (code: ErrorCode, reason: string) => SpillwayError) {
    this.#limits = limits;
    this.#fail = fail;
  }

  open(name: string): void {
    const top = this.#open.length - 1;
    const parent = this.#open[top] as ElementRule;
    if (++this.#elements > this.#limits.elements) {
      throw this.#fail('XML_TOO_LARGE', `over ${this.#limits.elements} elements`);
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
    if (name === 'data') this.beforeValue = true;
    else if (name === 'array') this.#enter([]);
    else if (name === 'struct') this.#enter(Object.create(null) as Record<string, XmlRpcValue>);
  }

  text(text: string): void {
    if ((this.#open.at(-1) as ElementRule).text) {
      this.#text = this.#text === '' ? text : this.#text + text;
      if (this.#text.length > this.#limits.textLength) throw this.textTooLong();
    } else if (!SPACE.test(text)) {
      throw this.#invalid(`text "${abridge(text.trim())}" where none may be`);
    }
  }

  close(): void {
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

  /** Lets `take` append values to the array that is open; it returns how many elements these were. Their limits are what is left. */
  append(take: (into: XmlRpcValue[], left: PlainLimits) => number): void {
    const { elements, depth, textLength } = this.#limits;
    const array = this.#containers.at(-1) as XmlRpcValue[];
    const before = array.length;
    this.#elements += take(array, {
      elements: elements - this.#elements,
      depth: depth - this.#containers.length,
      textLength,
    });
    this.#children[this.#children.length - 1] = (this.#children.at(-1) as number) + array.length - before;
  }

  /** `/methodCall/params/param[1]/value/array/data/value[7]`, counted from 1 as XPath does. */
  path(): string {
    const steps = this.#open.slice(1).map(({ name }, index) => {
      const parent = this.#open[index] as ElementRule;
      return parent.content.kind === 'many' ? `${name}[${this.#children[index]}]` : name;
    });
    return `/${steps.join('/')}`;
  }

  textTooLong(): SpillwayError {
    return this.#fail('XML_TOO_LARGE', `a text, comment or tag over ${this.#limits.textLength} characters`);
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
        this.document = {
          kind: 'call',
          method: this.#method,
          params: this.#params,
        };
        break;
      case 'methodResponse':
        this.document = this.#response();
        break;
    }
  }

  /** Gives a complete value to the element it stands in. */
  #deliver(): void {
    switch ((this.#open.at(-1) as ElementRule).name) {
      case 'data':
        (this.#containers.at(-1) as XmlRpcValue[]).push(this.#value);
        this.beforeValue = true;
        break;
      case 'member':
        (this.#containers.at(-1) as Record<string, XmlRpcValue>)[this.#members.pop() as string] = this.#value;
        break;
      case 'param':
        this.#params.push(this.#value);
        break;
      case 'fault':
        this.#fault = this.#faultIn(this.#value);
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

  #faultIn(value: XmlRpcValue): XmlRpcFault {
    const fault = faultOf(value);
    if (fault !== undefined) return fault;
    throw this.#invalid('a fault is a struct of faultCode (int) and faultString (string)');
  }

  #enter(container: XmlRpcValue[] | Record<string, XmlRpcValue>): void {
    this.#containers.push(container);
    if (this.#containers.length > this.#limits.depth) {
      throw this.#fail('XML_TOO_DEEP', `arrays and structs over ${this.#limits.depth} deep`);
    }
  }

  #clearSpace(): void {
    if (!SPACE.test(this.#text))
      throw this.#invalid(`text "${abridge(this.#text.trim())}" beside an element`);
    this.#text = '';
  }

  #invalid(reason: string): SpillwayError {
    return this.#fail('XMLRPC_INVALID', `${this.path()}: ${reason}`);
  }
}

const abridge = (text: string): string => (text.length <= 40 ? text : `${text.slice(0, 40)}…`);
