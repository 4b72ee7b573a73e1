import './parts/common.js';
import './style/tokens.css';
import './style/window.css';
import './style/components.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queries } from './data/api.js';
import { chosenTheme, showTheme } from './data/theme.js';
import { Boundary } from './parts/boundary.js';
import { Window } from './window.js';

showTheme(chosenTheme());

const place = document.getElementById('window');
if (place !== null) {
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Boundary>
          <Window />
        </Boundary>
      </QueryClientProvider>
    </StrictMode>,
  );
}
