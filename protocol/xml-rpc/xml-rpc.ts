/**
 * The XML-RPC codec, without any I/O. Specification: xmlrpc.com/spec, plus `i8` and `nil`.
 *
 *     values.ts      what a document carries, and how TypeScript holds it      <- start here
 *     wall-time.ts   dateTime.iso8601
 *     encode.ts      values   -> document      double.ts, text.ts   how numbers and text are written
 *     decode.ts      document -> values, in one go
 *     decoder.ts     the same, from pieces as they come in
 *     charset.ts       1. bytes -> text, piece.ts
 *     builder.ts       2. elements -> values; grammar.ts: which element may stand where
 *     scalars.ts       3. text -> numbers, times, bytes
 *     plain-values.ts  a shortcut for plain values in arrays: cursor.ts, tag.ts, plain-text.ts, decimal.ts
 *     limits.ts      how much a document may ask of us
 *     fault.ts       faults, their numbers, errors as faults
 */
export { asCall, asResponse, decodeCall, decodeResponse } from './decode.ts';
export { XmlRpcDecoder } from './decoder.ts';
export { encodeCall, encodeFault, encodeResponse } from './encode.ts';
export { FaultCode, faultFrom, faultNumber, XmlRpcFaultError } from './fault.ts';
export { DEFAULT_LIMITS, type XmlRpcLimits } from './limits.ts';
export {
  isStruct,
  type XmlRpcCall,
  type XmlRpcDocument,
  XmlRpcDouble,
  type XmlRpcFault,
  type XmlRpcResponse,
  type XmlRpcStruct,
  type XmlRpcTypeName,
  type XmlRpcValue,
} from './values.ts';
export { WallTime } from './wall-time.ts';
