import { describe, expect, test } from 'vitest';
import { type LedgerGap, ledgerGap } from '../../protocol/messages/ledger-gap.ts';
import { eventTimeFromMs } from '../../protocol/time.ts';
import { stored } from '../helpers/played-system.ts';
import {
  byText,
  figures,
  from100,
  idsOf,
  lane,
  names,
  type Played,
  play,
  START,
  secondOf,
} from './played.ts';

interface Case extends Played {
  readonly name: string;
  readonly fires: readonly string[];
}

const WATCHED = [
  'beam-monitor',
  'spill-packer',
  'rotorooter',
  'rotorooter-feed',
  'auditor',
  'recorder',
  'alarm-dispatcher',
  'gateway',
] as const;

const PUTTING_ASIDE = ['spill-packer', 'rotorooter-feed', 'recorder', 'alarm-dispatcher'] as const;

const LAGGING = [
  ['spill-packer', 100, 'MINOR'],
  ['rotorooter-feed', 1000, 'MAJOR'],
  ['recorder', 1000, 'MINOR'],
  ['auditor', 1000, 'MINOR'],
  ['alarm-dispatcher', 100, 'MINOR'],
] as const;

const gap: LedgerGap = {
  stage: 'recorder',
  stream: 'BEAM@1',
  first: 10,
  last: 19,
  reason: 'aged out',
  at: eventTimeFromMs(START + 100_000),
};

const CASES: readonly Case[] = [
  ...WATCHED.map(actor => ({
    name: `${actor} ends without a word`,
    beat: from100(actor, () => null),
    fires: [`spillway/actors/${actor}/gone MAJOR`],
  })),
  ...WATCHED.map(actor => ({
    name: `${actor} fails again and again`,
    beat: from100(actor, healthy => ({ ...healthy, state: 'failing' })),
    fires: [`spillway/actors/${actor}/failing MAJOR`],
  })),
  {
    name: 'an actor that is started again at once',
    beat: from100('recorder', (healthy, second) =>
      second < 108 ? { ...healthy, state: 'starting' } : { ...healthy, instance: 'host-2' },
    ),
    fires: [],
  },
  ...LAGGING.map(([actor, lag, severity]) => ({
    name: `${actor} falls ${lag} messages behind`,
    beat: from100(actor, healthy => lane(healthy, { lag })),
    fires: [`spillway/actors/${actor}/lag ${severity}`],
  })),
  {
    name: 'a lag that is over within seconds, as after every start',
    beat: from100('recorder', (healthy, second) => (second < 120 ? lane(healthy, { lag: 5000 }) : healthy)),
    fires: [],
  },
  ...PUTTING_ASIDE.map(actor => ({
    name: `${actor} puts a message aside`,
    beat: from100(actor, healthy => lane(healthy, { dead: 1 })),
    fires: [`spillway/actors/${actor}/dead-letters MINOR`],
  })),
  {
    name: 'messages have aged out before the recorder had them',
    more: [stored(ledgerGap.type, gap, START + 100_000)],
    fires: ['spillway/streams/gaps MAJOR'],
  },
  {
    name: 'callbacks cannot be stored',
    beat: from100('beam-monitor', (healthy, second) =>
      figures(healthy, { notStored: Math.min(10, second - 100) }),
    ),
    fires: ['spillway/streams/not-stored MAJOR'],
  },
  {
    name: 'the front end refuses to register us',
    beat: from100('beam-monitor', healthy => figures(healthy, { registrations: 0 })),
    fires: ['spillway/beam/not-registered MINOR'],
  },
  {
    name: 'a stranger calls the listener, again and again',
    beat: from100('beam-monitor', (healthy, second) => figures(healthy, { refused: Math.floor(second / 5) })),
    fires: ['spillway/beam/refused MINOR'],
  },
  {
    name: 'a stranger calls once',
    beat: from100('beam-monitor', healthy => figures(healthy, { refused: 1 })),
    fires: [],
  },
  {
    name: 'the front end gives up on callbacks',
    beat: from100('beam-monitor', healthy => figures(healthy, { missed: 2 })),
    fires: ['spillway/beam/missed MINOR'],
  },
  {
    name: 'spills come and no file grows',
    files: at => secondOf(at) < 100,
    fires: ['spillway/files/not-growing MAJOR'],
  },
  {
    name: 'the feed has lost the rotorooter, which is why no file grows',
    files: at => secondOf(at) < 100,
    beat: from100('rotorooter', healthy => figures(healthy, { clients: 0 })),
    fires: ['spillway/files/feed-away MAJOR'],
  },
  {
    name: 'the disk refuses to write, which is why no file grows',
    files: at => secondOf(at) < 100,
    beat: from100('rotorooter', healthy => figures(healthy, { stalled: 1 })),
    fires: ['spillway/files/disk-refuses MAJOR'],
  },
  {
    name: 'the auditor misses something, and has no cause for it',
    beat: from100('auditor', healthy => figures(healthy, { open: 1 })),
    fires: ['spillway/actors/auditor/unaccounted MAJOR'],
  },
  {
    name: 'the disk fills',
    beat: from100('rotorooter', (healthy, second) =>
      figures(healthy, { freeBytes: second < 150 ? 10e9 : 2e9 }),
    ),
    fires: ['spillway/files/disk-filling MAJOR', 'spillway/files/disk-filling MINOR'],
  },
  {
    name: 'the store is away, which is why the recorder lags',
    beat: from100('recorder', (healthy, second) =>
      lane(healthy, { retries: Math.floor((second - 90) / 10), lag: 100 * (second - 100) }),
    ),
    fires: ['spillway/store/away MAJOR'],
  },
];

describe('what can go wrong with the system itself, each told by its cause alone', () => {
  for (const { name, fires, ...played } of CASES)
    test(`when ${name}`, () => {
      expect(names(play(played))).toEqual(fires.toSorted(byText));
    });
});

test('no alarm is shipped that no test has seen', () => {
  const seen = new Set(CASES.flatMap(({ fires }) => fires.map(one => one.split(' ')[0])));
  expect(idsOf('alarms/spillway.yaml').filter(id => !seen.has(id))).toEqual([]);
});
