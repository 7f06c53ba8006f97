import { describe, expect, it } from 'vitest';
import { ERRORS, type ErrorCode, SpillwayError } from '../../../protocol/errors.ts';
import { FaultCode, faultFrom, faultNumber, XmlRpcFaultError } from '../../../protocol/xml-rpc/xml-rpc.ts';

describe('errors as faults', () => {
  it('uses the numbers that implementations agreed on, for every code', () => {
    const agreed = new Set<number>(Object.values(FaultCode));
    for (const code of Object.keys(ERRORS) as ErrorCode[]) expect(agreed).toContain(faultNumber(code));
    expect(faultNumber('METHOD_UNKNOWN')).toBe(-32601);
    expect(faultNumber('NOT_STORED')).toBe(-32400);
    expect(faultNumber('CALLBACK_INVALID')).toBe(-32602);
  });

  it('tells our own errors apart by their code, and nothing of others', () => {
    expect(faultFrom(new SpillwayError('NOT_STORED', 'NATS is away'))).toEqual({
      code: -32400,
      message: 'NOT_STORED: NATS is away',
    });
    expect(faultFrom(new Error('password=secret'))).toEqual({
      code: -32603,
      message: 'UNKNOWN: internal error',
    });
  });

  it('lets a handler choose its fault', () => {
    const fault = { code: 404, message: 'no such registration' };
    expect(faultFrom(new XmlRpcFaultError(fault))).toBe(fault);
  });
});
