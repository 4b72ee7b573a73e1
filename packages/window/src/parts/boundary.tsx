import { Component, type ReactNode } from 'react';
import { Void } from './states.js';

interface Props {
  readonly children: ReactNode;
}

/**
 * Keeps the rest of the page when a view cannot be drawn: its file cannot be had while the service is away, and is no
 * longer there after an update.
 */
export class Boundary extends Component<Props, { readonly isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError(): { readonly isBroken: boolean } {
    return { isBroken: true };
  }

  override render(): ReactNode {
    if (!this.state.isBroken) return this.props.children;
    return (
      <div className="panel">
        <Void title="This view could not be opened." shape="warn" level={1}>
          <p>Waybill cannot be reached, or was updated since this page was opened.</p>
          <p>
            <button className="btn main" type="button" onClick={() => window.location.reload()}>
              Load it anew
            </button>
          </p>
        </Void>
      </div>
    );
  }
}
