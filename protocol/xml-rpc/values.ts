import type { WallTime } from './wall-time.ts';

/**
 * What an XML-RPC document can carry, as TypeScript holds it.
 *
 * | element             | decoded to                    | encoded from                                          |
 * |---------------------|-------------------------------|-------------------------------------------------------|
 * | `int`, `i4`         | `number`, see below           | `number` that is an integer within 32 bits            |
 * | `i8`, `ex:i8`       | `bigint`                      | `bigint` within 64 bits                               |
 * | `double`            | `number`                      | any other `number`, `XmlRpcDouble`                    |
 * | `boolean`           | `boolean`                     | `boolean`                                             |
 * | `string`, no type   | `string`, white space kept    | `string`                                              |
 * | `dateTime.iso8601`  | `WallTime`                    | `WallTime`, `Date` (as UTC)                           |
 * | `base64`            | `Uint8Array`                  | `Uint8Array`                                          |
 * | `array`             | array                         | array, `Float64Array` (doubles), `Int32Array` (ints)  |
 * | `struct`            | object without a prototype    | plain object                                          |
 * | `nil`, `ex:nil`     | `null`                        | `null`                                                |
 *
 * An `int` beyond 32 bits, which some libraries send, is decoded to the `bigint` of the `i8` it should have been; an
 * integer beyond 64 bits is not XML-RPC.
 *
 * A number read from `<double>3</double>` is `3` and would be sent on as `<int>3</int>`: whoever owes the
 * other side a double says so with `XmlRpcDouble` or `Float64Array`.
 */
export type XmlRpcValue =
  | number
  | bigint
  | boolean
  | string
  | null
  | Date
  | WallTime
  | Uint8Array
  | Float64Array
  | Int32Array
  | XmlRpcDouble
  | readonly XmlRpcValue[]
  | XmlRpcStruct;

/** Members by name. Decoded structs have no prototype, so a member may be called anything, `__proto__` included. */
export interface XmlRpcStruct {
  readonly [member: string]: XmlRpcValue;
}

/** A number sent as `<double>` even when it is an integer. */
export class XmlRpcDouble {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** Type names as `system.methodSignature` gives them. */
export type XmlRpcTypeName =
  | 'int'
  | 'i8'
  | 'double'
  | 'boolean'
  | 'string'
  | 'dateTime.iso8601'
  | 'base64'
  | 'array'
  | 'struct'
  | 'nil';

export interface XmlRpcCall {
  readonly method: string;
  readonly params: readonly XmlRpcValue[];
}

/** A failure as it travels: `faultCode` and `faultString`. */
export interface XmlRpcFault {
  readonly code: number;
  readonly message: string;
}

export type XmlRpcResponse =
  | { readonly ok: true; readonly value: XmlRpcValue }
  | { readonly ok: false; readonly fault: XmlRpcFault };

/** Either of them, as it is read. */
export type XmlRpcDocument =
  | ({ readonly kind: 'call' } & XmlRpcCall)
  | ({ readonly kind: 'response' } & XmlRpcResponse);

/** The characters the specification allows in a method name: letters, digits, `_`, `.`, `:` and `/`. */
export const isMethodName = (text: string): boolean => /^[\w.:/]+$/.test(text);

/** Whether a value is a struct, for code that reads decoded documents. */
export const isStruct = (value: XmlRpcValue | undefined): value is XmlRpcStruct =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null;
