import { render } from 'preact';
import { z } from 'zod';
import '../kit/style/base.css';
import '../kit/style/parts.css';
import './style/shell.css';
import './style/live.css';
import './style/orders.css';
import './style/pages.css';
import './style/fitting.css';
import './style/phones.css';
import { askWhoIAm } from './account/session.ts';
import { Page } from './Page.tsx';

// The page's policy allows no code that is made as it runs.
z.config({ jitless: true });

void askWhoIAm();

const place = document.getElementById('page');
if (place) render(<Page />, place);
