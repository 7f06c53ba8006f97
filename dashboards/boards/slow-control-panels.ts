import { row } from '../build/board.ts';
import { seriesLike } from '../build/panels.ts';
import { deviceSeries } from '../sql/columns.ts';

/** Devices of LIME, as fixtures/detector/lime.yaml names them; read once a minute. */
const like = seriesLike({ noValue: 'no readings', interval: '1m', bridgeMs: 300_000 });
const slow = (id: number, title: string, description: string, unit: string, devices: readonly string[]) =>
  like(id, title, description, unit, deviceSeries(devices));

const filters = [0, 1, 2, 3].map(number => `L:FILTER_PRESSURE_${number}`);

export const slowControlRows = [
  row(
    8,
    [
      12,
      slow(
        71,
        'High voltage',
        'As measured, of GEMs, transfer gaps and drift; the cathode is on its own.',
        'volt',
        ['L:GEM1', 'L:GEM2', 'L:GEM3', 'L:T1', 'L:T2', 'L:DRIFT', 'L:OFFSET'],
      ),
    ],
    [12, slow(72, 'Cathode', 'Voltage as measured.', 'volt', ['L:CATHODE'])],
  ),
  row(
    8,
    [
      8,
      slow(
        73,
        'Pressures',
        'Of the gas outside of the vessel and of the hall; light yield falls as it rises.',
        'pressurebar',
        ['L:ATM_PRESSURE', 'L:EXT_PRESSURE', ...filters],
      ),
    ],
    [
      8,
      slow(74, 'Temperatures', 'Of gas, hall and the sensor of the camera.', 'celsius', [
        'L:GAS_TEMPERATURE',
        'L:ATM_TEMPERATURE',
        'L:CAMERA_TEMPERATURE',
      ]),
    ],
    [8, slow(75, 'Gas', 'Density of the mixture.', 'suffix: g/l', ['L:GAS_DENSITY', 'L:GAS_DENSITY_2'])],
  ),
  row(
    7,
    [12, slow(76, 'Humidity', 'Of the hall.', 'humidity', ['L:HUMIDITY'])],
    [
      12,
      slow(77, 'Current of the cathode', 'A step or spikes go with sparks.', 'suffix: µA', ['L:CATHODE_I']),
    ],
  ),
];
