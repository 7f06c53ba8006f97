import { SpillwayError } from '../../protocol/errors.ts';
import {
  isStruct,
  type XmlRpcCall,
  type XmlRpcResponse,
  type XmlRpcStruct,
  type XmlRpcValue,
} from '../../protocol/xml-rpc/xml-rpc.ts';
import { dispatch, refusal } from './dispatch.ts';
import type { Caller, OnRefused, XmlRpcMethod, XmlRpcMethods } from './options.ts';

const MULTICALL = 'system.multicall';

/**
 * The reserved methods that XML-RPC servers have in common, and clients of Python, PHP and C rely on.
 * `all` is asked at the time of a call, and holds these methods too.
 */
export function introspectionMethods(all: () => XmlRpcMethods): XmlRpcMethods {
  return new Map<string, XmlRpcMethod>([
    [
      'system.listMethods',
      {
        signature: [['array']],
        help: 'The names of the methods of this server.',
        handler: async () => [...all().keys()].toSorted(),
      },
    ],
    [
      'system.methodSignature',
      {
        signature: [['array', 'string']],
        help: 'The forms of a method, each an array of type names: the result, then the parameters.',
        // By convention the string "undef" where a method states none.
        handler: async params => named(all(), params).signature ?? 'undef',
      },
    ],
    [
      'system.methodHelp',
      {
        signature: [['string', 'string']],
        help: 'What a method does, in words.',
        handler: async params => named(all(), params).help ?? '',
      },
    ],
    [
      'system.getCapabilities',
      {
        signature: [['struct']],
        help: 'The specifications this server follows.',
        handler: async () => capabilities(all().has(MULTICALL)),
      },
    ],
  ]);
}

/**
 * `system.multicall`: several calls in one. The answer has, in order, an array of one value per call that
 * succeeded and a fault struct per call that did not.
 */
export function multicallMethod(all: () => XmlRpcMethods, onRefused: OnRefused): XmlRpcMethods {
  const multicall: XmlRpcMethod = {
    signature: [['array', 'array']],
    help: 'Makes the calls given as structs of methodName and params, one after the other.',
    async handler(params, caller) {
      const calls = params[0];
      if (params.length !== 1 || !Array.isArray(calls)) {
        throw new SpillwayError('MESSAGE_MALFORMED', 'system.multicall takes one array of structs');
      }
      const answers: XmlRpcValue[] = [];
      for (const call of calls) {
        const response = await single(call, caller);
        if (response.ok) answers.push([response.value]);
        else answers.push({ faultCode: response.fault.code, faultString: response.fault.message });
      }
      return answers;
    },
  };

  async function single(call: XmlRpcValue, caller: Caller): Promise<XmlRpcResponse> {
    try {
      return await dispatch(all(), asSingleCall(call), caller, onRefused);
    } catch (error) {
      return refusal(error, `${MULTICALL} from ${caller.address}`, onRefused);
    }
  }

  return new Map([[MULTICALL, multicall]]);
}

function asSingleCall(value: XmlRpcValue): XmlRpcCall {
  const { methodName, params } = isStruct(value) ? value : {};
  if (typeof methodName !== 'string' || !Array.isArray(params)) {
    throw new SpillwayError(
      'MESSAGE_MALFORMED',
      'a call is a struct of methodName (string) and params (array)',
    );
  }
  if (methodName === MULTICALL) {
    throw new SpillwayError('MESSAGE_MALFORMED', 'system.multicall may not call itself');
  }
  return { method: methodName, params: params as XmlRpcValue[] };
}

function named(methods: XmlRpcMethods, params: readonly XmlRpcValue[]): XmlRpcMethod {
  const name = params[0];
  if (params.length !== 1 || typeof name !== 'string') {
    throw new SpillwayError('MESSAGE_MALFORMED', 'one parameter, the name of a method');
  }
  const method = methods.get(name);
  if (method === undefined) throw new SpillwayError('METHOD_UNKNOWN', `this server has no method ${name}`);
  return method;
}

function capabilities(multicall: boolean): XmlRpcStruct {
  const spec = (specUrl: string, specVersion: number): XmlRpcStruct => ({ specUrl, specVersion });
  return {
    xmlrpc: spec('http://www.xmlrpc.com/spec', 1),
    introspection: spec('http://xmlrpc-c.sourceforge.net/introspection.html', 1),
    faults_interop: spec('http://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php', 20010516),
    nil: spec('http://www.ontosys.com/xml-rpc/extensions.php', 20010518),
    ...(multicall && { [MULTICALL]: spec('http://www.xmlrpc.com/discuss/msgReader$1208', 1) }),
  };
}
