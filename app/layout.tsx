import type { ReactNode } from 'react';

/** Pages are made per request: their scripts carry the nonce of that answer's Content-Security-Policy. */
export const dynamic = 'force-dynamic';

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" suppressHydrationWarning>
      <body>{children}</body>
    </html>
  );
}
