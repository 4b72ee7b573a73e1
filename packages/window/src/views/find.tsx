import { useCallback, useEffect, useMemo, useRef, useState, type FormEvent } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import { WaybillError, type MessageFilter } from 'waybill-client';
import { listed, rememberList, useMessage, useMessages } from '../data/messages.js';
import { useNow } from '../data/now.js';
import { countryName, isErased, phoneNumber } from '../data/numbers.js';
import { readQuestion, type Question, type ReadTime } from '../data/read-question.js';
import { useRefresh } from '../data/refresh.js';
import { NOT_ARRIVED } from '../data/statuses.js';
import { clockTime, fullTime, shortTime } from '../data/times.js';
import type { Session } from '../data/session.js';
import { useShortcuts } from '../data/shortcuts.js';
import { http } from '../data/api.js';
import { useTyped } from '../data/choices.js';
import { AroundTime } from '../parts/around-time.js';
import { BehindBanner } from '../parts/behind-banner.js';
import { ExportButton } from '../parts/export-button.js';
import { Icon } from '../parts/icon.js';
import { MessageTable } from '../parts/message-table.js';
import { Failure, Loading, Void } from '../parts/states.js';
import { YourTime } from '../parts/your-time.js';
import { PersonAside } from './person/aside.js';

const TYPING_MS = 200;
/** The width of the style sheet's narrow layout, in which the field cuts off a long hint. */
const NARROW_PIXELS = 720;
const hints = {
  wide: 'A number, its last digits, an id or a reference',
  narrow: 'Number or reference',
} as const;
const noTime: ReadTime = () => null;

const filters = {
  all: {},
  lost: { status: NOT_ARRIVED.join(',') },
  contradicted: { contradicted: true },
} as const satisfies Readonly<Record<string, MessageFilter>>;
type FilterName = keyof typeof filters;

/** The chosen filter is in the address, so that going back from a message finds the list as it was. */
const SHOWN = 'shown';

const filterNameIn = (params: URLSearchParams): FilterName => {
  const name = params.get(SHOWN) ?? '';
  return Object.hasOwn(filters, name) ? (name as FilterName) : 'all';
};

/** The chosen filter, which a new question keeps. */
const shownOf = (params: URLSearchParams): Readonly<Record<string, string>> => {
  const name = filterNameIn(params);
  return name === 'all' ? {} : { [SHOWN]: name };
};

/** One box for whatever a person has, and the messages that it means. */
export function Find({ session }: { readonly session: Session }) {
  const [params, setParams] = useSearchParams();
  const asked = params.get('q') ?? '';
  const ask = (text: string): void => {
    if (text === asked) return;
    setParams(
      (before) =>
        new URLSearchParams({ ...shownOf(before), ...(text.trim() === '' ? {} : { q: text }) }),
      { replace: true },
    );
  };
  const [typed, setTyped] = useTyped(asked, ask, TYPING_MS);
  // Nobody else can reach an open demonstration; elsewhere a person asks, and asking is recorded.
  const isOpen = session.state === 'open';
  const [areTextsShown, showTexts] = useState(isOpen);
  const filterName = filterNameIn(params);
  const setFilterName = (name: FilterName): void =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        if (name === 'all') next.delete(SHOWN);
        else next.set(SHOWN, name);
        return next;
      },
      { replace: true },
    );
  const box = useRef<HTMLInputElement>(null);
  const readTime = useReadTime();
  const now = useNow();
  const question = useMemo(() => readQuestion(asked, readTime), [asked, readTime]);
  const narrow = (words: string): void =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        next.set('q', `${asked} ${words}`.trim());
        next.delete('since');
        next.delete('until');
        return next;
      },
      { replace: true },
    );
  const extra = extraFilter(params, question.around !== null);
  const found = useFound(question, both(filters[filterName], extra.filter));
  const only = question.kind === 'number' ? onlyRecipient(question, found) : null;
  const [, navigate] = useLocation();
  useShortcuts(
    useMemo(
      () => ({
        c: () => only !== null && navigate(`/people/${encodeURIComponent(only)}`),
      }),
      [only, navigate],
    ),
  );
  const isOpening = useRef(false);
  /** Goes to the first message, once what is shown answers what was typed. */
  const goToFirst = (): void => {
    if (!isOpening.current || typed !== asked || found.isLoading || found.isOld) return;
    isOpening.current = false;
    document.querySelector<HTMLElement>('a.hit')?.focus();
  };
  useEffect(goToFirst);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    isOpening.current = true;
    ask(typed);
    goToFirst();
  };
  useEffect(() => {
    document.title = asked === '' ? 'Find · Waybill' : `${asked} · Find · Waybill`;
  }, [asked]);
  return (
    <>
      <h1 className="sr">Find a message</h1>
      <form role="search" className="ask" onSubmit={submit}>
        <Icon shape="search" size={18} className="quiet" />
        <label className="sr" htmlFor="q">
          A number as you write it, its last digits, an id or a reference
        </label>
        <input
          id="q"
          ref={box}
          name="q"
          value={typed}
          onChange={(event) => {
            isOpening.current = false;
            setTyped(event.target.value);
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') {
              event.preventDefault();
              document.querySelector<HTMLElement>('a.hit')?.focus();
            }
          }}
          autoComplete="off"
          spellCheck={false}
          autoFocus
          placeholder={window.innerWidth < NARROW_PIXELS ? hints.narrow : hints.wide}
        />
        <span className="keys">
          <span>
            <kbd>/</kbd> to type
          </span>
        </span>
        <button className="btn main" type="submit">
          Find
        </button>
      </form>
      <p className="readas" role="status">
        <span>
          <ReadAs question={question} found={found} extra={extra.words} now={now} />
        </span>
      </p>
      <BehindBanner asOf={found.asOf} />
      <div className={only === null ? undefined : 'cols'}>
        <section className="panel" aria-label="Messages">
          <header className="filters">
            <Chip name="all" chosen={filterName} choose={setFilterName}>
              All
            </Chip>
            <Chip name="lost" chosen={filterName} choose={setFilterName}>
              Not arrived
            </Chip>
            <Chip name="contradicted" chosen={filterName} choose={setFilterName}>
              <span className="st clash">
                <Icon shape="clash" size={13} />
              </span>
              Contradicted
            </Chip>
            <AroundTime readTime={readTime} choose={narrow} />
            {!isOpen && (
              <button
                className={`chip ${areTextsShown ? 'on' : ''}`}
                type="button"
                aria-pressed={areTextsShown}
                title="Showing texts is recorded with your name."
                onClick={() => showTexts(!areTextsShown)}
              >
                Texts
              </button>
            )}
            <span className="note">
              <YourTime times={found.items.map(({ createdAt }) => createdAt)} now={now} />
            </span>
          </header>
          <Results
            question={question}
            found={found}
            now={now}
            areTextsShown={areTextsShown}
            isFiltered={filterName !== 'all' || extra.words !== ''}
          />
          <div className="listfoot">
            <span className="keys">
              <span>
                <kbd>↑</kbd>
                <kbd>↓</kbd> choose
              </span>
              <span>
                <kbd>↵</kbd> open
              </span>
              <span>
                <kbd>?</kbd> all keys
              </span>
            </span>
            <span>
              {found.asOf?.time == null ? '' : `As of ${clockTime(found.asOf.time)}. `}
              New ones appear by themselves.
            </span>
            {question.kind !== 'id' && <ExportMessages found={found} />}
          </div>
        </section>
        {only !== null && <PersonAside key={only} number={only} now={now} />}
      </div>
    </>
  );
}

function Chip({
  name,
  chosen,
  choose,
  children,
}: {
  readonly name: FilterName;
  readonly chosen: FilterName;
  readonly choose: (name: FilterName) => void;
  readonly children: React.ReactNode;
}) {
  return (
    <button
      className={`chip ${name === chosen ? 'on' : ''}`}
      type="button"
      aria-pressed={name === chosen}
      onClick={() => choose(name)}
    >
      {children}
    </button>
  );
}

/** The reader of times is as large as the rest of the page, so that it comes a moment later. */
function useReadTime(): ReadTime {
  const [readTime, setReadTime] = useState<ReadTime>(() => noTime);
  useEffect(() => {
    import('./written-time.js').then(
      (module) => setReadTime(() => (text: string) => module.readTime(text)),
      // Without it, times are not read; everything else is.
      () => undefined,
    );
  }, []);
  return readTime;
}

/**
 * The filters that other views set in the address: statuses, reasons, countries, times.
 * @param isTimed the question names a time of its own, which takes the place of theirs
 */
function extraFilter(
  params: URLSearchParams,
  isTimed: boolean,
): {
  readonly filter: MessageFilter;
  readonly words: string;
} {
  const names = ['status', 'errorCode', 'country', 'from', 'channel', 'since', 'until'] as const;
  const given = names.flatMap((name) => {
    const value = isTimed && (name === 'since' || name === 'until') ? null : params.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  const isContradicted = params.get('contradicted') === 'true';
  const filter = Object.fromEntries(given) as MessageFilter;
  const now = new Date();
  const words = given.map(([name, value]) => wordsOf(name, value, now));
  return {
    filter: isContradicted ? { ...filter, contradicted: true } : filter,
    words: [...words, ...(isContradicted ? ['contradicted'] : [])].join(', '),
  };
}

/** What both filters leave; null: nothing, because they name different statuses. */
function both(chosen: MessageFilter, named: MessageFilter): MessageFilter | null {
  if (chosen.status === undefined || named.status === undefined) return { ...chosen, ...named };
  const allowed = chosen.status.split(',');
  const left = named.status.split(',').filter((status) => allowed.includes(status));
  return left.length === 0 ? null : { ...chosen, ...named, status: left.join(',') };
}

function wordsOf(name: string, value: string, now: Date): string {
  // An address may say anything.
  const time = Number.isNaN(Date.parse(value)) ? value : fullTime(value, now);
  switch (name) {
    case 'status':
      return value.replaceAll(',', ' or ');
    case 'errorCode':
      return `error ${value}`;
    case 'country':
      return countryName(value);
    case 'from':
      return `from ${phoneNumber(value)}`;
    case 'since':
      return `since ${time}`;
    case 'until':
      return `before ${time}`;
    default:
      return value;
  }
}

/** @param chosen null: no message can match */
function useFound(question: Question, chosen: MessageFilter | null) {
  const { kind, value, around } = question;
  const isAsked = chosen !== null && kind !== 'id';
  const filter: MessageFilter = {
    ...chosen,
    ...(kind === 'number' ? { to: value } : {}),
    ...(kind === 'reference' ? { reference: value } : {}),
    ...(around === null
      ? {}
      : { since: around.since.toISOString(), until: around.until.toISOString() }),
  };
  const list = useMessages(isAsked ? filter : null);
  const one = useFoundById(kind === 'id' ? value : null);
  useRefresh(kind === 'id' ? ['message', value] : ['messages']);
  const items =
    kind === 'id'
      ? one.data === undefined
        ? []
        : [listed(one.data)]
      : isAsked
        ? (list.data?.pages.flatMap((page) => page.items) ?? [])
        : [];
  const query = kind === 'id' ? one : list;
  const isSettled = kind !== 'id' && !isAsked;
  const { fetchNextPage, isFetchNextPageError } = list;
  return {
    items,
    filter,
    // A message that is found by its id is read from the ledger, as it is now.
    asOf: isAsked ? list.data?.pages[0]?.asOf : undefined,
    isLoading: !isSettled && query.isPending,
    /** Those are shown that the question before found. */
    isOld: isAsked && list.isPlaceholderData,
    // What was read once stays, and the page says that it could not be read anew.
    error: isSettled || isFetchNextPageError || query.data !== undefined ? null : query.error,
    /** All that match are here. */
    isWhole: list.data !== undefined && !list.hasNextPage,
    /** The next page could not be read; those before it are here. */
    isCut: isAsked && isFetchNextPageError,
    mayLoadMore: isAsked && list.hasNextPage && !list.isFetching && list.error === null,
    loadMore: useCallback(() => void fetchNextPage(), [fetchNextPage]),
  };
}

type Found = ReturnType<typeof useFound>;

/** Fewer digits may be the last ones of several people in a country. */
const WHOLE_DIGITS_MIN = 9;

/** The person to whom all found messages went; null: several, nobody, somebody erased, or not known yet. */
function onlyRecipient({ value }: Question, { items, isOld, isWhole }: Found): string | null {
  if (isOld || (!isWhole && value.replaceAll(/\D/g, '').length < WHOLE_DIGITS_MIN)) return null;
  const [first, ...others] = new Set(items.map(({ to }) => to));
  return first === undefined || others.length > 0 || isErased(first) ? null : first;
}

/** All that match, not only what is shown. */
function ExportMessages({ found: { filter, items } }: { readonly found: Found }) {
  const asked = JSON.stringify(filter);
  const read = useCallback(async () => {
    const params = { query: JSON.parse(asked) as MessageFilter };
    const headers = { Accept: 'text/csv' };
    return (await http.GET('/v1/messages', { params, headers, parseAs: 'stream' })).response;
  }, [asked]);
  return (
    <ExportButton
      name="waybill-messages.csv"
      read={read}
      isEmpty={items.length === 0}
      className="btn bare small"
    >
      All of these as CSV <kbd>E</kbd>
    </ExportButton>
  );
}

function useFoundById(id: string | null) {
  return useMessage(id ?? '', null, id !== null);
}

function ReadAs({
  question,
  found,
  extra,
  now,
}: {
  readonly question: Question;
  readonly found: Found;
  readonly extra: string;
  readonly now: Date;
}) {
  const { kind, value, around } = question;
  const recipients = new Set(found.isOld ? [] : found.items.map(({ to }) => to));
  const only = onlyRecipient(question, found);
  const when =
    around === null
      ? ''
      : `, ${fullTime(around.since, now).slice(0, -3)} to ${shortTime(around.until)}`;
  const narrowed = extra === '' ? '' : ` Only ${extra}.`;
  if (kind === 'nothing')
    return <>{extra === '' ? 'The newest messages.' : `Messages: ${extra}.`}</>;
  if (kind === 'id') return <>Read as an id, ours or Vonage’s.</>;
  if (kind === 'time') {
    return (
      <>
        Read as a time{when}.{narrowed}
      </>
    );
  }
  if (kind === 'reference') {
    return (
      <>
        Read as the reference <b>{value}</b>
        {when}.{narrowed}
      </>
    );
  }
  const country = found.items[0]?.country ?? null;
  if (only !== null) {
    return (
      <>
        Read as <b>{phoneNumber(only)}</b>
        {country === null ? '' : `, ${countryName(country)}`}
        {when}.{narrowed}{' '}
        <Link className="link" href={`/people/${encodeURIComponent(only)}`}>
          Open the conversation
        </Link>
      </>
    );
  }
  return (
    <>
      Read as the number <b>{value}</b>
      {recipients.size > 1 ? `, the last digits of ${recipients.size} numbers` : ''}
      {when}.{narrowed}
    </>
  );
}

function Results({
  question,
  found,
  now,
  areTextsShown,
  isFiltered,
}: {
  readonly question: Question;
  readonly found: Found;
  readonly now: Date;
  readonly areTextsShown: boolean;
  readonly isFiltered: boolean;
}) {
  const ids = useMemo(() => found.items.map(({ id }) => id), [found.items]);
  useEffect(() => rememberList(ids), [ids]);
  if (found.isLoading) return <Loading label="Looking" />;
  const isMissing = question.kind === 'id' && isUnknownId(found.error);
  if (question.kind === 'number' && isUnreadable(found.error)) {
    return (
      <Void title="This cannot be read as a number yet.">
        <p>{found.error.message}</p>
      </Void>
    );
  }
  if (found.error !== null && !isMissing) return <Failure error={found.error} />;
  if (found.items.length === 0) return <NothingFound question={question} isFiltered={isFiltered} />;
  return (
    <div inert={found.isOld} aria-busy={found.isOld} className={found.isOld ? 'old' : undefined}>
      <MessageTable
        items={found.items}
        now={now}
        areTextsShown={areTextsShown}
        mayLoadMore={found.mayLoadMore}
        loadMore={found.loadMore}
      />
      {found.isCut && (
        <p className="say" role="status">
          <Icon shape="warn" size={14} />
          <span className="grow">More could not be read now. It is tried again by itself.</span>
        </p>
      )}
    </div>
  );
}

/** No message has the id, or none can have it. Every other failure says nothing about it. */
const isUnknownId = (error: unknown): boolean =>
  error instanceof WaybillError && (error.status === 404 || error.status === 400);

/** The service names what it cannot read, for example half a number while it is typed. */
const isUnreadable = (error: unknown): error is WaybillError =>
  error instanceof WaybillError && error.status === 400;

function NothingFound({
  question,
  isFiltered,
}: {
  readonly question: Question;
  readonly isFiltered: boolean;
}) {
  const { kind, value, around } = question;
  if (isFiltered && kind !== 'id') return <Void title="None of these messages is like that." />;
  switch (kind) {
    case 'nothing':
      return (
        <Void title="No message has been sent yet.">
          <p>
            Send one with <code>npm run send</code>, or by <code>POST /v1/messages</code>. It
            appears here by itself.
          </p>
        </Void>
      );
    case 'id':
      return (
        <Void title="No message has this id.">
          <p>
            It is neither one of ours nor one of Vonage’s that Waybill has heard of. The number it
            was sent to finds it too.
          </p>
        </Void>
      );
    case 'number': {
      const digits = value.replaceAll(/\D/g, '');
      return (
        <Void title={`No message went to ${value}${around === null ? '' : ' at that time'}.`}>
          <p>
            It may be written under another country, or the text was never asked of Waybill. The
            last digits alone find it in every country.
          </p>
          {digits.length > 6 && (
            <p>
              <a className="link" href={`/?q=${digits.slice(-6)}`}>
                Search the last digits {digits.slice(-6)}
              </a>
            </p>
          )}
        </Void>
      );
    }
    case 'time':
      return <Void title="No message was asked for at that time." />;
    case 'reference':
      return (
        <Void title={`No message has the reference ${value}.`}>
          <p>A reference is found by exactly what was given with the message.</p>
        </Void>
      );
  }
}
