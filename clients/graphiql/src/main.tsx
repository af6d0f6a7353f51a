/** Starts the page that the gateway serves at `/graphiql/`. */
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './page.css';
import { createRoot } from 'react-dom/client';
import { Page } from './page';
import { firstToken } from './token';

const token = firstToken({
  storage: sessionStorage,
  fragment: location.hash,
  forgetFragment: () => history.replaceState(null, '', location.pathname + location.search),
});

const place = document.getElementById('page');
if (!place) throw new Error('index.html has no #page.');
createRoot(place).render(<Page initialToken={token} endpoint={new URL('/graphql', location.href)} />);
