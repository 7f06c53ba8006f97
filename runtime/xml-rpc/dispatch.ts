import { asSpillwayError, SpillwayError } from '../../protocol/errors.ts';
import {
  encodeFault,
  encodeResponse,
  faultFrom,
  type XmlRpcCall,
  type XmlRpcResponse,
} from '../../protocol/xml-rpc/xml-rpc.ts';
import type { Caller, OnRefused, XmlRpcMethods } from './options.ts';

/** Makes one call and never throws: what goes wrong is reported, and becomes a fault. */
export async function dispatch(
  methods: XmlRpcMethods,
  call: XmlRpcCall,
  caller: Caller,
  onRefused: OnRefused,
): Promise<XmlRpcResponse> {
  try {
    const method = methods.get(call.method);
    if (method === undefined) {
      throw new SpillwayError('METHOD_UNKNOWN', `this server has no method ${call.method}`);
    }
    return { ok: true, value: await method.handler(call.params, caller) };
  } catch (error) {
    return refusal(error, `${call.method} from ${caller.address}`, onRefused);
  }
}

/** An error as the fault to answer with, reported under its code. */
export function refusal(error: unknown, what: string, onRefused: OnRefused): XmlRpcResponse & { ok: false } {
  const { code, message } = asSpillwayError(error);
  onRefused(code, `${what}: ${message}`, error);
  return { ok: false, fault: faultFrom(error) };
}

/** A response as a document; one that cannot be encoded is our own fault, and becomes one. */
export function encode(response: XmlRpcResponse, what: string, onRefused: OnRefused): Uint8Array {
  try {
    return response.ok ? encodeResponse(response.value) : encodeFault(response.fault);
  } catch (error) {
    return encodeFault(refusal(error, what, onRefused).fault);
  }
}
