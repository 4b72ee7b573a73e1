import { useState, type FormEvent } from 'react';
import { WaybillError } from 'waybill-client';
import { signIn } from '../data/session.js';
import { Brand } from '../parts/brand.js';
import { Icon } from '../parts/icon.js';
import { Journey } from '../parts/journey.js';

/** The door: an API key becomes a session of this browser. */
export function SignIn({
  because,
}: {
  /** Why the last session is over. */
  readonly because: string | undefined;
}) {
  const [key, setKey] = useState('');
  const [isShown, setShown] = useState(false);
  const [isWorking, setWorking] = useState(false);
  const [fault, setFault] = useState<string | null>(because ?? null);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setWorking(true);
    setFault(null);
    try {
      await signIn(key.trim());
    } catch (error) {
      setFault(faultOf(error));
    } finally {
      setWorking(false);
    }
  };
  return (
    <div className="door">
      <main>
        <span className="brand">
          <Brand />
        </span>
        <form onSubmit={(event) => void submit(event)}>
          <h1>Know what became of every message.</h1>
          <div className="field">
            <label htmlFor="key">Your API key</label>
            <div className="inwrap">
              <input
                id="key"
                type={isShown ? 'text' : 'password'}
                value={key}
                onChange={(event) => setKey(event.target.value)}
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                required
                autoFocus
                aria-invalid={fault !== null}
                aria-describedby={fault === null ? 'key-hint' : 'key-fault key-hint'}
              />
              <button
                className="btn bare"
                type="button"
                aria-pressed={isShown}
                onClick={() => setShown(!isShown)}
              >
                {isShown ? 'Hide' : 'Show'}
              </button>
            </div>
            {fault !== null && (
              <p className="err" id="key-fault" role="alert">
                <Icon shape="warn" />
                {fault}
              </p>
            )}
            <p className="hint" id="key-hint">
              It becomes a session on this computer and is not kept by the browser.
            </p>
          </div>
          <button className="btn main" type="submit" disabled={isWorking}>
            {isWorking ? 'Signing in…' : 'Sign in'} <kbd>↵</kbd>
          </button>
        </form>
        <p className="hint">
          What you may see and do depends on the key. Who looks at whose text is recorded.
          <br />
          <a className="link" href="/health/ready">
            Is Waybill running?
          </a>
        </p>
      </main>
      <aside aria-label="What Waybill does">
        <Journey />
      </aside>
    </div>
  );
}

function faultOf(error: unknown): string {
  if (!(error instanceof WaybillError)) return 'Waybill cannot be reached. Try again in a moment.';
  if (error.status === 401)
    return 'No key is written like this, or it is no longer valid. Check for a missing end.';
  return error.message;
}
