import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { queries } from '../data/api.js';
import { useConnection } from '../data/live.js';
import { useNow } from '../data/now.js';
import { useOutdatedSince } from '../data/outdated.js';
import { signOut, type Session } from '../data/session.js';
import { useShortcuts } from '../data/shortcuts.js';
import { chooseTheme, chosenTheme, themes } from '../data/theme.js';
import { fullTime } from '../data/times.js';
import { Brand } from './brand.js';
import { Icon } from './icon.js';
import { KeysHelp } from './keys-help.js';
import { Fault, useSubmit } from './reason-dialog.js';
import { views, type View } from './views.js';

/** A moment without a connection is no news. */
const OFFLINE_AFTER_MS = 3_000;
/** The second letter of `G F` comes within this time. */
const GO_MS = 1_500;

/** The frame around every view: where one can go, who one is, and whether this is live. */
export function Shell({
  session,
  children,
}: {
  readonly session: Session;
  readonly children: ReactNode;
}) {
  const [path] = useLocation();
  const [isHelping, setHelping] = useState(false);
  const offlineSince = useOfflineSince();
  useNavigationKeys(() => setHelping(true));
  const isHere = (view: View): boolean =>
    view.path === '/' ? path === '/' || /^\/(?:messages|people)\//.test(path) : path === view.path;
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <div className={`shell ${offlineSince === null ? '' : 'offline'}`}>
        <nav className="rail" aria-label="Main">
          <Link className="brand" href="/">
            <Brand />
          </Link>
          {views.map((group) => (
            <ul key={group[0]?.path}>
              {group.map((view) => (
                <li key={view.path}>
                  <Link href={view.path} aria-current={isHere(view) ? 'page' : undefined}>
                    <Icon shape={view.shape} />
                    {view.name}
                    <kbd>G {view.letter.toUpperCase()}</kbd>
                  </Link>
                </li>
              ))}
            </ul>
          ))}
          <div className="foot">
            <span className="live" role="status">
              <i />
              {offlineSince === null
                ? 'Live'
                : `Offline since ${fullTime(offlineSince, new Date())}`}
            </span>
            <ThemeSwitch />
            <Who session={session} />
          </div>
        </nav>
        <main id="main" tabIndex={-1}>
          {offlineSince === null ? <OutdatedBanner /> : <OfflineBanner since={offlineSince} />}
          {children}
        </main>
        <nav className="tabs" aria-label="Main, on a phone">
          {views.flat().map((view) => (
            <Link key={view.path} href={view.path} aria-current={isHere(view) ? 'page' : undefined}>
              <Icon shape={view.shape} size={20} />
              {view.name}
            </Link>
          ))}
        </nav>
      </div>
      {isHelping && <KeysHelp onClose={() => setHelping(false)} />}
    </>
  );
}

/** Since when the connection is lost; null while it is open, or lost for a moment only. */
function useOfflineSince(): Date | null {
  const { isOpen, since } = useConnection();
  const now = useNow(1_000);
  return isOpen || now.getTime() - since.getTime() < OFFLINE_AFTER_MS ? null : since;
}

const OfflineBanner = ({ since }: { readonly since: Date }) => (
  <div className="banner lost" role="status">
    <Icon shape="warn" />
    <p>
      <b>Waybill cannot be reached since {fullTime(since, new Date())}.</b> What you see is from
      then. It is tried again every few seconds.
    </p>
    <button className="btn small" type="button" onClick={() => void queries.invalidateQueries()}>
      Try now
    </button>
  </div>
);

/** The service answers, but not about everything that is shown. */
function OutdatedBanner() {
  const since = useOutdatedSince();
  if (since === null) return null;
  return (
    <div className="banner doubt" role="status">
      <Icon shape="warn" />
      <p>
        <b>Not all of this page could be read anew.</b> The oldest part is as it was at{' '}
        {fullTime(since, new Date())}. It is tried again by itself.
      </p>
    </div>
  );
}

function ThemeSwitch() {
  const [chosen, setChosen] = useState(chosenTheme);
  return (
    <div className="theme" role="group" aria-label="Theme">
      {themes.map((theme) => (
        <button
          key={theme}
          type="button"
          aria-pressed={theme === chosen}
          onClick={() => {
            chooseTheme(theme);
            setChosen(theme);
          }}
        >
          {`${theme[0]?.toUpperCase()}${theme.slice(1)}`}
        </button>
      ))}
    </div>
  );
}

function Who({ session }: { readonly session: Session }) {
  const { submit, isWorking, fault } = useSubmit(signOut);
  return (
    <div className="who">
      <Icon shape="lock" size={14} />
      <span className="grow">
        {session.name ?? 'No sign-in'}
        <br />
        <span className="quiet">
          {session.state === 'open'
            ? 'demonstration, this machine only'
            : session.scopes.join(', ')}
        </span>
        <Fault text={fault === null ? null : `Not signed out. ${fault}`} />
      </span>
      {session.state === 'signed-in' && (
        <form onSubmit={submit}>
          <button className="link plain" type="submit" disabled={isWorking}>
            Sign out
          </button>
        </form>
      )}
    </div>
  );
}

/** `G` and a letter go to a view, `?` shows all keys, `/` goes to the box. */
function useNavigationKeys(help: () => void): void {
  const [, navigate] = useLocation();
  const goUntil = useRef(0);
  const helping = useRef(help);
  useEffect(() => {
    helping.current = help;
  });
  const shortcuts = useMemo(() => {
    const go = (letter: string) => (): boolean => {
      if (performance.now() > goUntil.current) return false;
      goUntil.current = 0;
      const view = views.flat().find((one) => one.letter === letter);
      if (view !== undefined) navigate(view.path);
      return true;
    };
    return {
      ...Object.fromEntries(views.flat().map(({ letter }) => [letter, go(letter)])),
      g: () => {
        goUntil.current = performance.now() + GO_MS;
      },
      '?': () => helping.current(),
      '/': () => {
        const box = document.querySelector<HTMLInputElement>('#q');
        if (box === null) navigate('/');
        else {
          box.focus();
          box.select();
        }
      },
    };
  }, [navigate]);
  // Before the view, whose own letters would otherwise take the second one of a pair.
  useShortcuts(shortcuts, true);
}
