import { useState } from 'react';
import { areShortcutsOn, switchShortcuts } from '../data/shortcuts.js';
import { Dialog } from './dialog.js';
import { views } from './views.js';

const keys: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['/'], 'To the box'],
  [['↑', '↓', 'Enter'], 'Choose a message, open it'],
  [['J', 'K'], 'Next, previous message'],
  [['←', '→', 'End'], 'As known: an event back, on, now'],
  [['R'], 'Send again…'],
  [['C'], 'The conversation'],
  [['E'], 'Save what is shown as a file'],
  [['W'], 'Raw webhook of the event'],
  [['Y'], 'Copy the id'],
  [['Esc'], 'Close, back to the list'],
];

/** All keys, and the switch that turns single letters off. */
export function KeysHelp({ onClose }: { readonly onClose: () => void }) {
  const [isOn, setOn] = useState(areShortcutsOn);
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl className="keylist">
        {keys.map(([names, does]) => (
          <div key={does}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
        {views.flat().map(({ letter, name }) => (
          <div key={name}>
            <dt>
              <kbd>G</kbd>
              <kbd>{letter.toUpperCase()}</kbd>
            </dt>
            <dd>{name}</dd>
          </div>
        ))}
      </dl>
      <label className="check">
        <input
          type="checkbox"
          checked={isOn}
          onChange={(event) => {
            switchShortcuts(event.target.checked);
            setOn(event.target.checked);
          }}
        />
        Single letters act outside fields
      </label>
      <div className="acts">
        <button className="btn main" type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
