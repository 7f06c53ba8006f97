import type { NoticeOutcome } from '../../../protocol/messages/notice.ts';
import { type Notice, type NoticeItem, notice, noticeOutcome } from '../../../protocol/messages/notice.ts';
import { type Notification, notification } from '../../../protocol/messages/notification.ts';
import { type Columns, moment, momentIfAny, type PartOf, rowPerMessage, rowPerPart } from './one-kind.ts';

const NOTICE: Columns<Notice> = {
  ts: (rows, { at }) => moment(rows, at),
  channel: (rows, { channel }) => rows.text(channel),
  number: (rows, { number }) => rows.int64(number),
  kind: (rows, { kind }) => rows.text(kind),
  incident: (rows, { incident }) => rows.text(incident),
  edits: (rows, { edits }) => rows.text(edits ?? ''),
  thread: (rows, { thread }) => rows.text(thread ?? ''),
  receiver: (rows, { receiver }) => rows.text(receiver),
  group_labels: (rows, { groupLabels }) => rows.words(groupLabels),
  firing: (rows, { firing }) => rows.bool(firing),
  severity: (rows, { severity }) => rows.text(severity),
  title: (rows, { title }) => rows.text(title),
  items: (rows, { items }) => rows.uint32(items.length),
  more: (rows, { more }) => rows.uint32(more),
  accounts_for: (rows, { items, covered }) =>
    rows.array(
      [...items, ...covered].flatMap(({ alarm, transitions }, index) =>
        transitions.map(transition => ({ alarm, transition, shown: index < items.length })),
      ),
      ({ alarm, transition, shown }) => {
        rows.text(alarm);
        rows.int64(transition);
        rows.bool(shown);
      },
    ),
  link: (rows, { link }) => rows.text(link),
};

const ITEM: Columns<PartOf<Notice, NoticeItem>> = {
  ts: (rows, { message }) => moment(rows, message.body.at),
  channel: (rows, { message }) => rows.text(message.body.channel),
  number: (rows, { message }) => rows.int64(message.body.number),
  place: (rows, { index }) => rows.uint16(index),
  alarm: (rows, { part }) => rows.text(part.alarm),
  transition: (rows, { part }) => rows.int64(part.transition),
  transitions: (rows, { part }) => rows.array(part.transitions, one => rows.int64(one)),
  firing: (rows, { part }) => rows.bool(part.firing),
  severity: (rows, { part }) => rows.text(part.severity),
  peak: (rows, { part }) => rows.text(part.peak),
  state: (rows, { part }) => rows.text(part.state),
  title: (rows, { part }) => rows.text(part.title),
  text: (rows, { part }) => rows.text(part.text),
  value: (rows, { part }) => rows.text(part.value),
  threshold: (rows, { part }) => rows.text(part.limit),
  mode: (rows, { part }) => rows.text(part.mode),
  guidance: (rows, { part }) => rows.text(part.guidance),
  link: (rows, { part }) => rows.text(part.link),
  audience: (rows, { part }) => rows.texts(part.audience),
  labels: (rows, { part }) => rows.words(part.labels),
  changed_at: (rows, { part }) => moment(rows, part.at),
  event_ts: (rows, { part }) => momentIfAny(rows, part.eventTime),
  raised_at: (rows, { part }) => momentIfAny(rows, part.raisedAt),
  ended_at: (rows, { part }) => momentIfAny(rows, part.endedAt),
  person: (rows, { part }) => rows.text(part.by),
  note: (rows, { part }) => rows.text(part.note),
};

const OUTCOME: Columns<NoticeOutcome> = {
  ts: (rows, { at }) => moment(rows, at),
  channel: (rows, { channel }) => rows.text(channel),
  number: (rows, { number }) => rows.int64(number),
  incident: (rows, { incident }) => rows.text(incident),
  result: (rows, { result }) => rows.text(result),
  reference: (rows, { reference }) => rows.text(reference ?? ''),
  thread: (rows, { thread }) => rows.text(thread ?? ''),
  code: (rows, { code }) => rows.text(code ?? ''),
  detail: (rows, { detail }) => rows.text(detail),
  attempts: (rows, { attempts }) => rows.uint32(attempts),
  doubtful: (rows, { doubtful }) => rows.bool(doubtful),
};

const NOTIFICATION: Columns<Notification> = {
  ts: (rows, { at }) => moment(rows, at),
  id: (rows, { id }) => rows.text(id),
  source: (rows, { source }) => rows.text(source),
  area: (rows, { area }) => rows.text(area),
  title: (rows, { title }) => rows.text(title),
  text: (rows, { text }) => rows.text(text),
  severity: (rows, { severity }) => rows.text(severity),
  status: (rows, { status }) => rows.text(status),
  key: (rows, { key }) => rows.text(key ?? ''),
  audience: (rows, { audience }) => rows.texts(audience),
  labels: (rows, { labels }) => rows.words(labels),
  link: (rows, { link }) => rows.text(link),
};

/** One row per message to a channel. */
export const noticesTable = rowPerMessage('notices', notice, NOTICE);

/** One row per alarm that a message shows. */
export const noticeItemsTable = rowPerPart('notice_items', notice, ({ items }) => items, ITEM);

/** One row per answer of a channel. */
export const noticeOutcomesTable = rowPerMessage('notice_outcomes', noticeOutcome, OUTCOME);

/** One row per thing that somebody outside wanted told. */
export const notificationsTable = rowPerMessage('notifications', notification, NOTIFICATION);
