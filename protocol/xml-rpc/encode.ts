import { SpillwayError } from '../errors.ts';
import { formatDouble } from './double.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { escapeText } from './text.ts';
import {
  isMethodName,
  XmlRpcDouble,
  type XmlRpcFault,
  type XmlRpcStruct,
  type XmlRpcValue,
} from './values.ts';
import { WallTime } from './wall-time.ts';

const DECLARATION = '<?xml version="1.0"?>\n';

/**
 * A call as a document in UTF-8.
 * @throws SpillwayError XMLRPC_UNENCODABLE, naming the place (`params[0].readings[3].scaled`), for what XML-RPC
 * cannot carry: undefined, functions, symbols, class instances, cycles, integers beyond 64 bits, characters that
 * XML has no way to write (such as NUL), and nesting that no reader with our own limits would take.
 */
export function encodeCall(method: string, params: readonly XmlRpcValue[]): Uint8Array {
  if (!isMethodName(method)) {
    throw new SpillwayError('XMLRPC_UNENCODABLE', `method name "${method}": letters, digits, _ . : / only`);
  }
  const body = params.map((param, index) => `<param>${new Writer(`params[${index}]`).write(param)}</param>`);
  return utf8(
    `${DECLARATION}<methodCall><methodName>${method}</methodName><params>${body.join('')}</params></methodCall>`,
  );
}

/** A response as a document in UTF-8. @throws SpillwayError XMLRPC_UNENCODABLE as `encodeCall`. */
export function encodeResponse(value: XmlRpcValue): Uint8Array {
  const body = new Writer('value').write(value);
  return utf8(`${DECLARATION}<methodResponse><params><param>${body}</param></params></methodResponse>`);
}

/** A fault as a document in UTF-8. Never fails on the message: what XML cannot carry of it is shown as `\uFFFD`. */
export function encodeFault(fault: XmlRpcFault): Uint8Array {
  const faultString = fault.message.toWellFormed().replaceAll(/[^\t\n\r\u0020-\ufffd]/g, '\ufffd');
  const body = new Writer('fault').write({ faultCode: fault.code, faultString });
  return utf8(`${DECLARATION}<methodResponse><fault>${body}</fault></methodResponse>`);
}

const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8');

/**
 * Appends to one string, which V8 keeps as a rope until it is turned into bytes: a call of 1,700 doubles costs
 * one allocation of its size and no object per value.
 */
class Writer {
  readonly #root: string;
  #out = '';
  /** The containers being written, outermost first, and the key at which each stands. */
  readonly #open: object[] = [];
  readonly #keys: (string | number)[] = [];

  constructor(root: string) {
    this.#root = root;
  }

  write(value: XmlRpcValue): string {
    this.#value(value);
    return this.#out;
  }

  #value(value: XmlRpcValue): void {
    switch (typeof value) {
      case 'number':
        if ((value | 0) === value && !Object.is(value, -0)) this.#out += `<value><int>${value}</int></value>`;
        else this.#double(value);
        return;
      case 'string':
        this.#out += `<value><string>${this.#escape(value)}</string></value>`;
        return;
      case 'boolean':
        this.#out += `<value><boolean>${value ? 1 : 0}</boolean></value>`;
        return;
      case 'bigint':
        if (BigInt.asIntN(64, value) !== value) throw this.#unencodable(`${value} is beyond 64 bits`);
        this.#out += `<value><i8>${value}</i8></value>`;
        return;
      case 'object':
        this.#object(value);
        return;
      case 'undefined':
      case 'function':
      case 'symbol':
        // Not reached from code that type-checks, yet JSON and JavaScript find their way in.
        throw this.#unencodable(`a value of type ${typeof value}`);
    }
  }

  #object(value: Exclude<XmlRpcValue, number | string | boolean | bigint>): void {
    if (value === null) this.#out += '<value><nil/></value>';
    else if (Array.isArray(value)) this.#array(value);
    else if (value instanceof Float64Array) this.#doubles(value);
    else if (value instanceof Int32Array) this.#ints(value);
    else if (value instanceof XmlRpcDouble) this.#double(value.value);
    else if (value instanceof Uint8Array) this.#bytes(value);
    else if (value instanceof WallTime) this.#time(value);
    else if (value instanceof Date) this.#time(WallTime.fromDate(value));
    else this.#struct(value as XmlRpcStruct);
  }

  #double(value: number): void {
    this.#out += `<value><double>${formatDouble(value)}</double></value>`;
  }

  #bytes(value: Uint8Array): void {
    const text = Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64');
    this.#out += `<value><base64>${text}</base64></value>`;
  }

  #time(value: WallTime | undefined): void {
    if (value === undefined) throw this.#unencodable('a date outside the years 0 to 9999');
    this.#out += `<value><dateTime.iso8601>${value.toString()}</dateTime.iso8601></value>`;
  }

  #doubles(values: Float64Array): void {
    this.#out += '<value><array><data>';
    for (let i = 0; i < values.length; i++) this.#double(values[i] as number);
    this.#out += '</data></array></value>';
  }

  #ints(values: Int32Array): void {
    this.#out += '<value><array><data>';
    for (let i = 0; i < values.length; i++) this.#out += `<value><int>${values[i]}</int></value>`;
    this.#out += '</data></array></value>';
  }

  #array(values: readonly XmlRpcValue[]): void {
    this.#enter(values);
    this.#out += '<value><array><data>';
    for (let i = 0; i < values.length; i++) {
      this.#keys[this.#keys.length - 1] = i;
      this.#value(values[i] as XmlRpcValue);
    }
    this.#out += '</data></array></value>';
    this.#leave();
  }

  #struct(struct: XmlRpcStruct): void {
    const prototype: unknown = Object.getPrototypeOf(struct);
    if (prototype !== null && prototype !== Object.prototype) {
      throw this.#unencodable(`an object of class ${struct.constructor?.name ?? 'unknown'}`);
    }
    this.#enter(struct);
    this.#out += '<value><struct>';
    for (const name of Object.keys(struct)) {
      this.#keys[this.#keys.length - 1] = name;
      this.#out += `<member><name>${this.#escape(name)}</name>`;
      this.#value(struct[name] as XmlRpcValue);
      this.#out += '</member>';
    }
    this.#out += '</struct></value>';
    this.#leave();
  }

  #escape(text: string): string {
    const escaped = escapeText(text);
    if (escaped === undefined) throw this.#unencodable('text with a character that XML cannot carry');
    return escaped;
  }

  #enter(container: object): void {
    if (this.#open.includes(container)) throw this.#unencodable('a cycle');
    if (this.#open.length === DEFAULT_LIMITS.depth) {
      throw this.#unencodable(`arrays and structs over ${DEFAULT_LIMITS.depth} deep`);
    }
    this.#open.push(container);
    this.#keys.push(0);
  }

  #leave(): void {
    this.#open.pop();
    this.#keys.pop();
  }

  #unencodable(reason: string): SpillwayError {
    const steps = this.#keys.map(key => (typeof key === 'number' ? `[${key}]` : `.${key}`));
    return new SpillwayError('XMLRPC_UNENCODABLE', `${this.#root}${steps.join('')}: ${reason}`);
  }
}
