import { describe, expect, test } from 'vitest';
import { Changes, told } from '../changes.ts';
import { accountsOf, Desk, discord, slack, webhook } from '../desk.ts';

const MINUTE = 60_000;

const open = (config: object) => {
  const desk = new Desk(config);
  return { desk, changes: new Changes(desk) };
};
const chat = { channels: { chat: discord() } };

describe('an incident', () => {
  test('is told at once, and what follows within two seconds is one edit', () => {
    const { desk, changes } = open(chat);
    expect(told(changes.raise('beam/horn/a'))).toEqual(['page chat: Temperature of a']);
    expect(changes.raise('beam/horn/b')).toEqual([]);
    desk.pass(500);
    expect(changes.clear('beam/horn/a')).toEqual([]);
    expect(told(desk.pass(3_000))).toEqual(['update chat: 2 alarms in beam/horn, 1 active (edit)']);
    expect(desk.notices[1]?.edits).toBe('message-1');
    expect(desk.notices[1]?.items.map(({ alarm, transitions }) => [alarm, transitions])).toEqual([
      ['beam/horn/b', [1]],
      ['beam/horn/a', [2]],
    ]);
  });

  test('goes to people who cannot be told by an edit every five minutes at most', () => {
    const { desk, changes } = open({ channels: { mail: slack() } });
    changes.raise('beam/horn/a');
    for (let n = 0; n < 20; n++) {
      desk.pass(10_000);
      if (n % 2 === 0) changes.clear('beam/horn/a');
      else changes.raise('beam/horn/a');
    }
    expect(told(desk.pass(MINUTE * 6))).toEqual(['update mail: Temperature of a']);
    expect(desk.notices).toHaveLength(2);
    expect(desk.notices[1]?.items[0]?.text).toContain('(raised 11 times)');
  });

  test('that flaps stays one message, with a count', () => {
    const { desk, changes } = open(chat);
    for (let n = 0; n < 50; n++) {
      changes.raise('beam/horn/a', 'MAJOR');
      desk.pass(5_000);
      changes.clear('beam/horn/a');
      desk.pass(5_000);
    }
    expect(desk.notices.filter(({ edits }) => !edits)).toHaveLength(1);
    expect(desk.notices.at(-1)?.items[0]?.text).toContain('(raised 50 times)');
  });

  test('is a new message when something worse joins it', () => {
    const { desk, changes } = open(chat);
    changes.raise('beam/horn/a');
    desk.pass(MINUTE);
    expect(told(changes.raise('beam/horn/a', 'MAJOR'))).toEqual(['page chat: Temperature of a']);
    desk.pass(MINUTE);
    changes.raise('beam/horn/b', 'MAJOR');
    expect(desk.notices.at(-1)).toMatchObject({ kind: 'page', severity: 'MAJOR' });
    expect(desk.notices.at(-1)?.edits).toBeUndefined();
  });

  test('is over some time after it cleared, and what comes then is another one', () => {
    const { desk, changes } = open(chat);
    changes.raise('beam/horn/a');
    desk.pass(MINUTE);
    changes.clear('beam/horn/a');
    desk.pass(6 * MINUTE);
    expect(desk.state.channels.get('chat')?.incidents.size).toBe(0);
    expect(desk.state.alarms.size).toBe(0);
    expect(told(changes.raise('beam/horn/a'))).toEqual(['page chat: Temperature of a']);
    expect(desk.notices.at(-1)?.incident).not.toBe(desk.notices[0]?.incident);
  });

  test('is told once, however often its transition is', () => {
    const { desk, changes } = open(chat);
    changes.raise('beam/horn/a');
    desk.pass(MINUTE);
    desk.change({ ...firstChange(), transition: 1 });
    expect(desk.pass(MINUTE)).toEqual([]);
  });

  test('tells when only the mode or the rules made the change', () => {
    const { desk, changes } = open(chat);
    changes.raise('beam/horn/a', 'MINOR', { cause: 'mode', mode: 'horn-off' });
    expect(desk.notices[0]?.items[0]?.text).toContain('only because the machine mode is now horn-off');
    changes.raise('daq/b', 'MINOR', { cause: 'rules', rules: 7 });
    desk.pass(MINUTE);
    expect(desk.notices.at(-1)?.items[0]?.text).toContain('only because the rules changed (version 7)');
  });
});

const firstChange = () => {
  const desk = new Desk(chat);
  let seen: Parameters<Desk['change']>[0] | undefined;
  const give = desk.change;
  desk.change = body => {
    seen = body;
    return give(body);
  };
  new Changes(desk).raise('beam/horn/a');
  if (!seen) throw new Error('no change was made');
  return seen;
};

describe('what nobody should be woken for', () => {
  test.each(['shelved', 'suppressed', 'out-of-service', 'returned-unacknowledged'] as const)(
    'an alarm that becomes %s is told to nobody who has not heard of it',
    state => {
      const { desk, changes } = open(chat);
      changes.to('beam/horn/a', state, 'MAJOR');
      expect(desk.pass(MINUTE)).toEqual([]);
      expect(desk.state.alarms.size).toBe(0);
    },
  );

  test('an alarm that is over, hidden while the beam is off and shown again is told to nobody', () => {
    const { desk, changes } = open(chat);
    changes.raise('beam/horn/a', 'MAJOR');
    desk.pass(5_000);
    changes.to('beam/horn/a', 'returned-unacknowledged', 'NO_ALARM');
    desk.pass(5_000);
    const before = desk.notices.length;
    changes.to('beam/horn/a', 'suppressed', 'NO_ALARM');
    desk.pass(5_000);
    changes.to('beam/horn/a', 'returned-unacknowledged', 'NO_ALARM');
    desk.pass(5_000);
    expect(desk.notices).toHaveLength(before);
    changes.raise('beam/horn/a', 'MAJOR');
    desk.pass(5_000);
    expect(desk.notices.at(-1)).toMatchObject({ firing: true, items: [{ transitions: [5] }] });
  });

  test('shelving an alarm edits its message and ends repetition', () => {
    const { desk, changes } = open({ ...chat, repeat: '10m' });
    changes.raise('beam/horn/a', 'MAJOR');
    desk.pass(MINUTE);
    changes.to('beam/horn/a', 'shelved', 'MAJOR');
    expect(told(desk.pass(60 * MINUTE))).toEqual([]);
    expect(desk.notices.at(-1)).toMatchObject({ kind: 'update', edits: 'message-1', firing: false });
  });
});

describe('repetition and escalation', () => {
  const routes = [
    {
      name: 'all',
      channels: ['chat'],
      repeat: '1h',
      escalate: [
        { after: '10m', channels: ['experts'] },
        { after: '30m', channels: ['experts', 'chat'] },
      ],
    },
  ];
  const config = { channels: { chat: discord(), experts: slack() }, routes };

  test('what nobody acknowledges goes to the next ones, and then again', () => {
    const { desk, changes } = open(config);
    changes.raise('beam/horn/a', 'MAJOR');
    expect(told(desk.pass(9 * MINUTE))).toEqual([]);
    expect(told(desk.pass(2 * MINUTE))).toEqual(['escalation experts: Temperature of a']);
    expect(told(desk.pass(20 * MINUTE))).toEqual([
      'escalation chat: Temperature of a',
      'escalation experts: Temperature of a',
    ]);
    expect(told(desk.pass(61 * MINUTE)).toSorted()).toEqual([
      'repeat chat: Temperature of a',
      'repeat experts: Temperature of a',
    ]);
    expect(accountsOf(desk.notices).get('experts beam/horn/a')).toEqual(new Map([[1, 1]]));
  });

  test('an acknowledgement edits the message, says who, and ends both', () => {
    const { desk, changes } = open(config);
    changes.raise('beam/horn/a', 'MAJOR');
    desk.pass(5 * MINUTE);
    changes.acknowledge('beam/horn/a', 'MAJOR');
    expect(desk.notices.at(-1)).toMatchObject({ kind: 'update', edits: 'message-1' });
    expect(desk.notices.at(-1)?.items[0]).toMatchObject({ by: 'Ada', note: 'on it', state: 'acknowledged' });
    expect(desk.pass(10 * 60 * MINUTE)).toEqual([]);
  });

  test('an alarm that comes and goes unseen escalates all the same', () => {
    const { desk, changes } = open(config);
    for (let n = 0; n < 12; n++) {
      changes.raise('beam/horn/a', 'MAJOR');
      desk.pass(MINUTE);
      changes.to('beam/horn/a', 'returned-unacknowledged', 'MAJOR');
    }
    expect(told(desk.notices.filter(({ channel }) => channel === 'experts'))).toEqual([
      'escalation experts: Temperature of a',
    ]);
  });

  test('a lesser alarm that becomes a major one takes on the escalation of its new route', () => {
    const { desk, changes } = open({
      channels: config.channels,
      routes: [
        {
          match: { severity: 'MAJOR' },
          channels: ['chat'],
          escalate: [{ after: '10m', channels: ['experts'] }],
        },
        { channels: ['chat'] },
      ],
    });
    changes.raise('beam/horn/a');
    desk.pass(MINUTE);
    changes.raise('beam/horn/a', 'MAJOR');
    expect(told(desk.pass(11 * MINUTE))).toEqual(['escalation experts: Temperature of a']);
  });
});

describe('notifications from outside', () => {
  const body = {
    source: 'elog',
    area: 'daq/disk',
    title: 'Disk full',
    severity: 'MAJOR',
    at: { seconds: 1, nanoseconds: 0 },
  };

  test('an event is told once and is over', () => {
    const { desk } = open(chat);
    expect(told(desk.notify({ ...body, id: '1' }))).toEqual(['page chat: Disk full']);
    desk.pass(6 * MINUTE);
    expect(desk.state.alarms.size).toBe(0);
    expect(desk.notices).toHaveLength(1);
  });

  test('a resolved edits what its firing told', () => {
    const { desk } = open(chat);
    desk.notify({ ...body, id: '1', key: 'disk 7', status: 'firing' });
    desk.pass(MINUTE);
    desk.notify({ ...body, id: '2', key: 'disk 7', status: 'resolved', title: 'Disk cleaned' });
    expect(desk.notices.map(({ kind, firing, edits }) => [kind, firing, edits])).toEqual([
      ['page', true, undefined],
      ['update', false, 'message-1'],
    ]);
  });
});

describe('a channel in trouble', () => {
  const two = { channels: { chat: discord(), other: webhook() }, repeat: 'never' };
  const away = { afterMs: 100, result: 'failing', code: 'CHANNEL_AWAY', detail: 'no answer' } as const;

  test('that fails for long is told of on the others, and what waits for it is told as it is in the end', () => {
    const { desk, changes } = open(two);
    const sent = desk.answer;
    desk.answer = notice => (notice.channel === 'chat' ? away : sent(notice));
    changes.raise('beam/horn/a', 'MAJOR');
    for (let n = 0; n < 20; n++) {
      desk.pass(30_000);
      changes.clear('beam/horn/a');
      changes.raise('beam/horn/a', 'MAJOR');
    }
    const own = desk.notices.filter(({ title }) => title.includes('does not take messages'));
    expect(told(own)).toEqual(['page other: Channel chat does not take messages']);
    expect(desk.notices.filter(({ channel }) => channel === 'chat')).toHaveLength(1);

    desk.answer = sent;
    const { incident } = desk.notices[0] ?? { incident: '' };
    desk.outcome({
      channel: 'chat',
      number: 1,
      incident,
      result: 'sent',
      reference: 'message-1',
      detail: '',
      attempts: 9,
      doubtful: true,
      at: { seconds: 0, nanoseconds: 0 },
    });
    desk.pass(MINUTE);
    const toChat = desk.notices.filter(({ channel }) => channel === 'chat');
    expect(toChat).toHaveLength(2);
    expect(toChat[1]?.items[0]?.transitions).toHaveLength(40);
    expect(told(desk.notices)).toContain('update other: Channel chat takes messages again');
  });

  test('that refuses is left alone but for probes, and told of at once', () => {
    const { desk, changes } = open(two);
    const sent = desk.answer;
    desk.answer = notice =>
      notice.channel === 'chat' ? { afterMs: 100, result: 'refused', detail: '404' } : sent(notice);
    changes.raise('beam/horn/a', 'MAJOR');
    desk.pass(10_000);
    expect(desk.notices.at(-1)).toMatchObject({ channel: 'other', title: 'Channel chat refuses messages' });
    for (let n = 0; n < 60; n++) {
      changes.raise(`beam/horn/b${n}`, 'MAJOR');
      desk.pass(MINUTE);
    }
    // After 1, 2, 4, 8, 16 and 32 minutes.
    expect(desk.notices.filter(({ channel }) => channel === 'chat')).toHaveLength(6);
    desk.answer = sent;
    desk.pass(60 * MINUTE);
    expect(desk.notices.findLast(({ channel }) => channel === 'other')?.title).toBe(
      'Channel chat takes messages again',
    );
    const last = desk.notices.findLast(({ channel }) => channel === 'chat');
    expect(last).toMatchObject({ kind: 'page', firing: true });
    expect(last?.items).toHaveLength(20);
    expect(last?.more).toBe(41);
  });

  test('that refuses an edit, for its message is gone, is given a new message', () => {
    const { desk, changes } = open(two);
    const sent = desk.answer;
    desk.answer = notice =>
      notice.edits ? { afterMs: 100, result: 'refused', detail: '404' } : sent(notice);
    changes.raise('beam/horn/a');
    desk.pass(MINUTE);
    changes.acknowledge('beam/horn/a');
    desk.pass(MINUTE);
    expect(told(desk.notices.filter(({ channel }) => channel === 'chat'))).toEqual([
      'page chat: Temperature of a',
      'update chat: Temperature of a (edit)',
      'page chat: Temperature of a',
    ]);
    expect(desk.state.channels.get('chat')?.broken).toBeUndefined();
  });

  test('that refuses one message for what is in it goes on with the others', () => {
    const { desk, changes } = open(two);
    const sent = desk.answer;
    desk.answer = notice =>
      notice.channel === 'chat' && notice.incident.includes('poison')
        ? { afterMs: 100, result: 'refused', detail: '400' }
        : sent(notice);
    changes.raise('poison/a', 'MAJOR');
    desk.pass(1_000);
    changes.raise('beam/horn/a');
    desk.pass(3 * MINUTE);
    expect(desk.state.channels.get('chat')?.incidents.get('everything|beam/horn')?.reference).toBeDefined();
    desk.pass(60 * MINUTE);
    const poison = desk.notices.filter(
      ({ channel, incident }) => channel === 'chat' && incident.includes('poison'),
    );
    expect(poison).toHaveLength(3);
  });

  test('of which nothing is heard any more gets on after a while', () => {
    const { desk, changes } = open(two);
    const sent = desk.answer;
    desk.answer = () => undefined;
    for (const area of ['a', 'b', 'c', 'd', 'e', 'f']) changes.raise(`${area}/x`, 'MAJOR');
    expect(desk.notices.filter(({ channel }) => channel === 'chat')).toHaveLength(4);
    desk.answer = sent;
    desk.pass(20 * MINUTE);
    expect(desk.notices.filter(({ channel }) => channel === 'chat').length).toBeGreaterThan(4);
  });
});

test('what is MAJOR leaves before what is not, and is not used up by it', () => {
  const { desk, changes } = open({ channels: { chat: discord({ perMinute: 10 }) } });
  for (let n = 0; n < 40; n++) {
    changes.raise(`area-${n}/x`);
    desk.pass(100);
  }
  const before = desk.notices.length;
  for (const area of ['p', 'q', 'r']) expect(changes.raise(`${area}/x`, 'MAJOR')).toHaveLength(1);
  expect(before).toBeLessThanOrEqual(4);
  desk.pass(2 * MINUTE);
  const digest = desk.notices.find(({ kind }) => kind === 'digest');
  expect(digest?.items).toHaveLength(20);
  expect(digest?.more).toBe(digest ? digest.covered.length : 0);
  expect(digest?.more).toBeGreaterThan(10);
});
