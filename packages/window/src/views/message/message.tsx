import '../../parts/common.js';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { WaybillError, type Change } from 'waybill-client';
import { neighboursOf, useMessage, useTimeline } from '../../data/messages.js';
import { useNow } from '../../data/now.js';
import { isErased, phoneNumber } from '../../data/numbers.js';
import { useRefresh } from '../../data/refresh.js';
import { may, type Session } from '../../data/session.js';
import { useShortcuts } from '../../data/shortcuts.js';
import { statuses } from '../../data/statuses.js';
import { tellTimeline } from '../../data/timeline.js';
import { copyText, CopyButton } from '../../parts/copy-button.js';
import { Icon } from '../../parts/icon.js';
import { Failure, Loading, Void } from '../../parts/states.js';
import { Attempts } from './attempts.js';
import { Details } from './details.js';
import { Masthead } from './masthead.js';
import { Network } from './network.js';
import { Proof } from './proof.js';
import { Timeline } from './timeline.js';
import { Track } from './track.js';

/** One message: what became of it, what to say, and everything that was recorded. */
export function MessageView({ id, session }: { readonly id: string; readonly session: Session }) {
  const now = useNow(1_000);
  const current = useMessage(id);
  const timeline = useTimeline(id);
  const ownId = current.data?.id;
  const isOwn = useMemo(() => (change: Change) => change.messageId === ownId, [ownId]);
  // The address may name it by Vonage's id, and what is read of it goes by ours.
  useRefresh(['message'], isOwn);
  // The text of each event names times by their day only, so that it need not be told every second.
  const day = now.toDateString();
  const told = useMemo(
    () => tellTimeline(timeline.data ?? [], new Date(day)),
    [timeline.data, day],
  );
  /** The chosen event; null: now. */
  const [chosen, setChosen] = useState<number | null>(null);
  const at = chosen === null ? null : (told[chosen]?.entry.recordedAt ?? null);
  const earlier = useMessage(id, at, at !== null);
  const timelineList = useRef<HTMLOListElement>(null);
  useMessageKeys(ownId ?? id, {
    to: current.data?.to,
    count: told.length,
    chosen,
    choose: setChosen,
    openRaw: () => toggleRaw(timelineList.current, chosen ?? told.length - 1),
  });
  useEffect(() => {
    if (current.data === undefined) return;
    const { word } = statuses[current.data.status];
    document.title = `${word}${current.data.contradicted ? ', contradicted' : ''} · Waybill`;
  }, [current.data]);
  if (current.isPending) return <Loading label="Opening the message" />;
  if (current.data === undefined) {
    return (
      <div className="panel">
        {isNotFound(current.error) ? (
          <NoSuchMessage />
        ) : (
          <Failure error={current.error} level={1} />
        )}
      </div>
    );
  }
  const message = current.data;
  const shown = at === null ? message : earlier.data;
  // Until the chosen moment is read, that of before is dimmed, and nothing is said about the status.
  const isRead = at === null || (shown !== undefined && !earlier.isPlaceholderData);
  const look = isRead ? '' : 'old';
  return (
    <>
      <div className="crumb">
        <BackToMessages to={message.to} />
        <span className="end">
          <span className="keys">
            <span>
              <kbd>K</kbd>
              <kbd>J</kbd> previous, next
            </span>
          </span>
          <CopyButton text={window.location.href} shape="link" className="btn bare">
            Copy link
          </CopyButton>
        </span>
      </div>
      {shown === undefined ? (
        <div className="panel">
          <Failure error={earlier.error} level={1} />
        </div>
      ) : (
        <div className={look} inert={!isRead} aria-busy={!isRead}>
          <Masthead message={shown} now={now} session={session} isEarlier={at !== null} />
        </div>
      )}
      {told.length > 0 && (
        <Track
          told={told}
          chosen={chosen}
          choose={setChosen}
          message={isRead ? shown : undefined}
          now={now}
        />
      )}
      <div className="cols">
        <div className="stackv">
          <Timeline
            id={message.id}
            told={told}
            chosen={chosen}
            message={message}
            now={now}
            mayAudit={may(session, 'audit')}
            list={timelineList}
            error={timeline.error}
          />
          {shown !== undefined && <Attempts message={shown} now={now} className={look} />}
        </div>
        <div className="stackv">
          <Network message={message} />
          {shown !== undefined && <Details message={shown} session={session} />}
          {may(session, 'audit') && <Proof id={message.id} revision={message.revision} />}
        </div>
      </div>
    </>
  );
}

const BackToMessages = ({ to }: { readonly to: string }) => (
  <Link className="btn bare" href={isErased(to) ? '/' : `/?q=${encodeURIComponent(to)}`}>
    <Icon shape="back" />
    <span className="lbl">{isErased(to) ? 'All messages' : `Messages to ${phoneNumber(to)}`}</span>
  </Link>
);

const isNotFound = (error: unknown): boolean =>
  error instanceof WaybillError && (error.status === 404 || error.status === 400);

const NoSuchMessage = () => (
  <Void title="No message has this id." level={1}>
    <p>
      It is neither one of ours nor one of Vonage’s that Waybill has heard of. The number it was
      sent to finds it too.
    </p>
    <p>
      <Link className="link" href="/">
        Find by number
      </Link>
    </p>
  </Void>
);

interface Choosing {
  /** The person's number. */
  readonly to: string | undefined;
  readonly count: number;
  readonly chosen: number | null;
  readonly choose: (index: number | null) => void;
  readonly openRaw: () => void;
}

function useMessageKeys(id: string, { to, count, chosen, choose, openRaw }: Choosing): void {
  const [, navigate] = useLocation();
  const shortcuts = useMemo(() => {
    const { previous, next } = neighboursOf(id);
    const go = (other: string | undefined) => (): void => {
      // The list stays one step back, however many messages were looked at.
      if (other !== undefined) navigate(`/messages/${other}`, { replace: true });
    };
    const last = count - 1;
    return {
      j: go(next),
      k: go(previous),
      y: () => void copyText(id).catch(() => undefined),
      w: openRaw,
      c: () => {
        if (to !== undefined && !isErased(to)) navigate(`/people/${encodeURIComponent(to)}`);
      },
      ArrowLeft: () => choose(chosen === null ? last : Math.max(0, chosen - 1)),
      ArrowRight: () => choose(chosen === null || chosen >= last ? null : chosen + 1),
      End: () => choose(null),
      Escape: () => (chosen === null ? window.history.back() : choose(null)),
    };
  }, [id, to, count, chosen, choose, openRaw, navigate]);
  useShortcuts(shortcuts);
}

function toggleRaw(list: HTMLOListElement | null, index: number): void {
  const details = [...(list?.querySelectorAll<HTMLDetailsElement>('details[data-event]') ?? [])];
  const wanted = details.findLast((one) => Number(one.dataset['event']) <= index) ?? details.at(0);
  if (wanted === undefined) return;
  wanted.open = !wanted.open;
  wanted.scrollIntoView({ block: 'center' });
}
