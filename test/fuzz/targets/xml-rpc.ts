import { decodeCall, encodeCall, XmlRpcDecoder } from '../../../protocol/xml-rpc/xml-rpc.ts';
import { anyCase } from '../../protocol/xml-rpc/arbitrary.ts';
import type { Target } from '../target.ts';
import { drawn, mustEqual } from './same.ts';

const CALLBACK = `<?xml version="1.0" encoding="UTF-8"?>
<methodCall><methodName>beamMonitor.readings</methodName><params><param><value><struct>
<member><name>trigger</name><value><string>A9</string></value></member>
<member><name>time</name><value><dateTime.iso8601>20050520T19:44:00</dateTime.iso8601></value></member>
<member><name>count</name><value><i4>-7</i4></value></member>
<member><name>big</name><value><i8>9007199254740993</i8></value></member>
<member><name>raw</name><value><base64>AAEC/w==</base64></value></member>
<member><name>well</name><value><boolean>1</boolean></value></member>
<member><name>values</name><value><array><data><value><double>25.5</double></value><value><double>-1e-7</double></value>
</data></array></value></member><member><name>none</name><value><nil/></value></member></struct></value></param></params></methodCall>`;

/** Documents longer than this are not read a second time in pieces: it costs as much again. */
const IN_PIECES_BELOW = 4096;

export const xmlRpc: Target = {
  name: 'xml-rpc',
  refuses: ['XML_MALFORMED', 'XML_FORBIDDEN', 'XML_TOO_LARGE', 'XML_TOO_DEEP', 'XMLRPC_INVALID'],
  words: [
    '<value>',
    '</value>',
    '<array><data>',
    '</data></array>',
    '<double>',
    '</double>',
    '<struct>',
    '<member>',
    '<nil/>',
    '<i4>',
    '<!DOCTYPE',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?xml',
    '&#0;',
    '&amp;',
    '&lt;',
    'xmlns="x"',
    '1e999',
    'NaN',
  ],
  seeds: () => [
    Buffer.from(CALLBACK),
    Buffer.from(CALLBACK.replace('UTF-8', 'ISO-8859-1')),
    Buffer.from(`\uFEFF${CALLBACK}`, 'utf16le'),
  ],
  generate: random => encodeCall('beamMonitor.readings', [drawn(anyCase, random).value]),
  take(input) {
    const { method, params } = decodeCall(input);
    mustEqual('call', { method, params }, { ...decodeCall(encodeCall(method, params)) });
    if (input.length < IN_PIECES_BELOW)
      mustEqual('call in pieces', { kind: 'call', method, params }, inPieces(input));
  },
};

function inPieces(input: Uint8Array): unknown {
  const decoder = new XmlRpcDecoder();
  for (let at = 0; at < input.length; at += 7) decoder.push(input.subarray(at, at + 7));
  return decoder.end();
}
