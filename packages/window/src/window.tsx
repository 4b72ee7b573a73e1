import { lazy, Suspense, useEffect } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { followChanges } from './data/live.js';
import { useSession } from './data/session.js';
import { Boundary } from './parts/boundary.js';
import { Shell } from './parts/shell.js';
import { Loading, Unread, Void } from './parts/states.js';
import { Find } from './views/find.js';
import { SignIn } from './views/sign-in.js';

// A file for each kind of work: many small files take longer than their bytes.
const MessageView = lazy(async () => ({
  default: (await import('./views/message/message.js')).MessageView,
}));
const Overview = lazy(async () => ({ default: (await import('./views/figures.js')).Overview }));
const Reports = lazy(async () => ({ default: (await import('./views/figures.js')).Reports }));

const Operations = lazy(async () => ({
  default: (await import('./views/others.js')).Operations,
}));
const Inspector = lazy(async () => ({
  default: (await import('./views/others.js')).Inspector,
}));

const Inbound = lazy(async () => ({ default: (await import('./views/others.js')).Inbound }));
const PersonView = lazy(async () => ({ default: (await import('./views/others.js')).PersonView }));

/** The whole page: sign-in for a visitor without a session, otherwise the views. */
export function Window() {
  const session = useSession();
  const [path] = useLocation();
  const isInside = session.data !== undefined && session.data.state !== 'signed-out';
  useEffect(() => {
    if (!isInside) return;
    const leaving = new AbortController();
    followChanges(leaving.signal);
    return () => leaving.abort();
  }, [isInside]);
  if (session.data === undefined) {
    return (
      <main className="alone">
        <Unread query={session} label="Opening Waybill" level={1} />
      </main>
    );
  }
  if (session.data.state === 'signed-out') return <SignIn because={session.data.because} />;
  return (
    <Shell key={session.data.name} session={session.data}>
      <Boundary key={path}>
        <Suspense fallback={<Loading label="Opening" />}>
          <Switch>
            <Route path="/">
              <Find session={session.data} />
            </Route>
            <Route path="/messages/:id">
              {({ id }) => <MessageView key={id} id={id} session={session.data} />}
            </Route>
            <Route path="/people/:number">
              {({ number }) => <PersonView key={number} number={number} session={session.data} />}
            </Route>
            <Route path="/overview">
              <Overview session={session.data} />
            </Route>
            <Route path="/reports">
              <Reports />
            </Route>
            <Route path="/inbound">
              <Inbound session={session.data} />
            </Route>
            <Route path="/operations">
              <Operations session={session.data} />
            </Route>
            <Route path="/inspector">
              <Inspector session={session.data} />
            </Route>
            <Route>
              <Nowhere />
            </Route>
          </Switch>
        </Suspense>
      </Boundary>
    </Shell>
  );
}

const Nowhere = () => (
  <div className="panel">
    <Void title="There is nothing at this address." level={1}>
      <p>
        <a className="link" href="/">
          Find a message
        </a>
      </p>
    </Void>
  </div>
);
