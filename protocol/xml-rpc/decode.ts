import { SpillwayError } from '../errors.ts';
import { XmlRpcDecoder } from './decoder.ts';
import type { XmlRpcLimits } from './limits.ts';
import type { XmlRpcCall, XmlRpcDocument, XmlRpcResponse } from './values.ts';

/** A call from a whole document. @throws SpillwayError as `XmlRpcDecoder`, and XMLRPC_INVALID for a response. */
export const decodeCall = (document: Uint8Array | string, limits?: Partial<XmlRpcLimits>): XmlRpcCall =>
  asCall(decode(document, limits));

/** A response, value or fault, from a whole document. @throws SpillwayError as `XmlRpcDecoder`, and XMLRPC_INVALID for a call. */
export const decodeResponse = (
  document: Uint8Array | string,
  limits?: Partial<XmlRpcLimits>,
): XmlRpcResponse => asResponse(decode(document, limits));

function decode(document: Uint8Array | string, limits: Partial<XmlRpcLimits> | undefined): XmlRpcDocument {
  const decoder = new XmlRpcDecoder(limits);
  decoder.push(document);
  return decoder.end();
}

/** @throws SpillwayError XMLRPC_INVALID where the document is a response. */
export function asCall(document: XmlRpcDocument): XmlRpcCall {
  if (document.kind === 'call') return { method: document.method, params: document.params };
  throw new SpillwayError('XMLRPC_INVALID', '/methodResponse: expected <methodCall>');
}

/** @throws SpillwayError XMLRPC_INVALID where the document is a call. */
export function asResponse(document: XmlRpcDocument): XmlRpcResponse {
  if (document.kind === 'call') {
    throw new SpillwayError('XMLRPC_INVALID', '/methodCall: expected <methodResponse>');
  }
  return document.ok ? { ok: true, value: document.value } : { ok: false, fault: document.fault };
}
