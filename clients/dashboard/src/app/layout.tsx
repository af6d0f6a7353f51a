/** What every page stands in: the session, which asks for a token first, and the gateway's address from the server. */
import type { Metadata, Viewport } from 'next';
import { connection } from 'next/server';
import type { ReactNode } from 'react';
import { gatewayFrom } from '../gateway';
import { Session } from '../session/session';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Interviews', template: '%s · Interviews' },
  description: 'Live interviews: transcript and measurements as they happen.',
  icons: { icon: '/icon.svg' },
};

export const viewport: Viewport = { colorScheme: 'light dark' };

export default async function Layout({ children }: { children: ReactNode }) {
  await connection(); // the address is a setting of the running server, and the nonce is the request's
  return (
    <html lang="en">
      <body>
        <Session gateway={gatewayFrom(process.env)}>{children}</Session>
      </body>
    </html>
  );
}
