import { ERRORS, type ErrorCode, SpillwayError } from '../errors.ts';
import { isStruct, type XmlRpcFault, type XmlRpcValue } from './values.ts';

/**
 * Fault numbers that XML-RPC implementations agreed on ("Specification for Fault Code Interoperability",
 * version 20010516); -32000 to -32768 are reserved for it, other numbers belong to the application.
 */
export const FaultCode = {
  notWellFormed: -32700,
  invalidXmlRpc: -32600,
  methodNotFound: -32601,
  invalidParameters: -32602,
  internalError: -32603,
  applicationError: -32500,
  systemError: -32400,
  transportError: -32300,
} as const;
export type FaultCode = (typeof FaultCode)[keyof typeof FaultCode];

/** The fault that a value of a response is, or undefined where it is none. */
export function faultOf(value: XmlRpcValue): XmlRpcFault | undefined {
  const { faultCode, faultString } = isStruct(value) ? value : {};
  if (typeof faultCode !== 'number' || !Number.isInteger(faultCode) || typeof faultString !== 'string') {
    return undefined;
  }
  return { code: faultCode, message: faultString };
}

/** Where a code has a number of its own. Of the others, those that a retry may cure are system errors. */
const NUMBERS: Partial<Record<ErrorCode, FaultCode>> = {
  XML_MALFORMED: FaultCode.notWellFormed,
  XML_FORBIDDEN: FaultCode.notWellFormed,
  XML_TOO_LARGE: FaultCode.invalidXmlRpc,
  XML_TOO_DEEP: FaultCode.invalidXmlRpc,
  XMLRPC_INVALID: FaultCode.invalidXmlRpc,
  METHOD_UNKNOWN: FaultCode.methodNotFound,
  MESSAGE_MALFORMED: FaultCode.invalidParameters,
  CALLBACK_INVALID: FaultCode.invalidParameters,
  DEVICE_UNREQUESTED: FaultCode.invalidParameters,
  DEVICE_MISSING: FaultCode.invalidParameters,
  DEVICE_TYPE: FaultCode.invalidParameters,
  DEVICE_LENGTH: FaultCode.invalidParameters,
  DEVICE_NOT_FINITE: FaultCode.invalidParameters,
  DEVICE_INT_RANGE: FaultCode.invalidParameters,
  XMLRPC_UNENCODABLE: FaultCode.internalError,
  UNKNOWN: FaultCode.internalError,
  HOST_REFUSED: FaultCode.transportError,
  RATE_EXCEEDED: FaultCode.transportError,
  REQUEST_INVALID: FaultCode.transportError,
  REQUEST_TOO_LARGE: FaultCode.transportError,
  REQUEST_TOO_SLOW: FaultCode.transportError,
};

/** The fault number under which an error code travels. */
export const faultNumber = (code: ErrorCode): FaultCode =>
  NUMBERS[code] ?? (ERRORS[code].retry ? FaultCode.systemError : FaultCode.applicationError);

/**
 * A fault as an error: what a client throws when the other side answered with one, and what a server's handler
 * throws to answer with exactly this one.
 */
export class XmlRpcFaultError extends SpillwayError {
  readonly fault: XmlRpcFault;

  constructor(fault: XmlRpcFault, context = '') {
    super('XMLRPC_FAULT', `${context}fault ${fault.code}: ${fault.message}`);
    this.fault = fault;
  }
}

/**
 * An error as the fault to answer with. The text of a `SpillwayError` starts with its code, so that the other
 * side can tell errors apart that share a number; of any other error nothing is told, since its text may be
 * anything.
 */
export function faultFrom(error: unknown): XmlRpcFault {
  if (error instanceof XmlRpcFaultError) return error.fault;
  if (error instanceof SpillwayError) {
    return { code: faultNumber(error.code), message: `${error.code}: ${error.message}` };
  }
  return { code: FaultCode.internalError, message: 'UNKNOWN: internal error' };
}
