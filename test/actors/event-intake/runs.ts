import {
  BankKind,
  EventId,
  encodeDataEvent,
  encodeTextEvent,
  type WrittenBank,
} from '../../../protocol/midas/midas.ts';

/** 14 December 2023, 23:33:17 UTC. */
export const START = 1_702_596_797;

const float = (name: string, values: readonly number[]): WrittenBank => ({
  name,
  type: 9,
  values: Float32Array.from(values),
});

/** Ids of the equipment in `odbOf`. */
export const ID = { trigger: 1, hv: 3, environment: 5, camera: 7, veto: 12 } as const;

export const odbOf = (over: { readonly pedestal?: boolean; readonly exposure?: number } = {}): string =>
  JSON.stringify({
    Experiment: { 'Run Parameters': { 'Run description': 'S000:DATA:Fe' } },
    Configurations: { Exposure: over.exposure ?? 0.3, Pedestal: over.pedestal ?? false },
    Equipment: {
      Trigger: { Common: { 'Event ID': ID.trigger } },
      HV: {
        Common: { 'Event ID': ID.hv },
        Variables: { ChState: ['0x00000001'], Demand: [10, 400, 500, 400, 500, 410] },
      },
      Environment: { Common: { 'Event ID': ID.environment } },
      Veto: { Common: { 'Event ID': ID.veto } },
    },
  });

export const begin = (run: number, odb: string = odbOf(), time = START): Uint8Array =>
  encodeTextEvent(EventId.beginOfRun, run, time, odb);
export const end = (run: number, time = START + 100): Uint8Array =>
  encodeTextEvent(EventId.endOfRun, run, time, '{}');
export const message = (text: string): Uint8Array => encodeTextEvent(EventId.message, 0, START + 1, text);

/** A picture of 4 x 4; another `shade` makes other contents. */
export const picture = (serial: number, shade = 0, id: number = ID.trigger): Uint8Array =>
  encodeDataEvent({ id, triggerMask: 0, serial, time: START + serial }, BankKind.wide, [
    { name: 'CAM0', type: 4, values: Uint16Array.from({ length: 16 }, (_, at) => 100 + at + serial + shade) },
  ]);

export const temperature = (serial: number, degrees = -18.5): Uint8Array =>
  encodeDataEvent({ id: ID.camera, triggerMask: 0, serial, time: START + serial * 10 }, BankKind.narrow, [
    { name: 'TCAM', type: 10, values: Float64Array.of(degrees) },
  ]);

/** Inputs of a day underground: ODB of 14 December 2023. */
export const INPUTS = [
  9.700902, 0.0012255274, 4.5086441, 12.980146, 0.0012583914, 13.042763, 0.0013721059, 0.0011202879,
  1.9677782, 2.6809347, 1.1632733, 0.56210542, 1.2623887, 0.87999064, 0.34375516, 0.41948321, 8.7039766,
  8.703186, 10.318619, 10.609814, 0.00033921096, 10.996096, 6.2433143, 6.3741465,
];

export const environment = (serial: number, inputs: readonly number[] = INPUTS): Uint8Array =>
  encodeDataEvent(
    { id: ID.environment, triggerMask: 0, serial, time: START + serial * 60 },
    BankKind.narrow,
    [float('INPT', inputs)],
  );

/** An event whose bank claims more bytes than there are. */
export const damaged = (serial: number, id: number = ID.trigger): Uint8Array => {
  const bytes = picture(serial, 0, id);
  new DataView(bytes.buffer).setUint32(16 + 8 + 8, 4096, true);
  return bytes;
};

export const concat = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
