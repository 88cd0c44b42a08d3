import { type NextRequest, NextResponse } from 'next/server';
import { getToken } from 'next-auth/jwt';

/**
 * One nonce per response, in the Content-Security-Policy. Next reads the policy from the REQUEST headers and puts the nonce on its own script tags;
 * the browser obeys the RESPONSE header: so it is set on both. Pages must be rendered per request (app/layout.tsx), a prerendered page has no nonce.
 */
export async function proxy(request: NextRequest) {
  // A convenience only: it spares a signed-out visitor a flash of the shell. Every loader, action and route handler asks for itself.
  if (request.nextUrl.pathname !== '/sign-in' && !(await getToken({ req: request }))) return withPolicy(request, signInFirst(request));
  return withPolicy(request);
}

/** Next answers with the path alone, so it does not matter by which name the reader came. */
function signInFirst(request: NextRequest): URL {
  const { pathname, search } = request.nextUrl;
  const signIn = new URL('/sign-in', request.url);
  if (pathname !== '/') signIn.searchParams.set('callbackUrl', pathname + search); // filters live in the URL: keep them over a sign-in
  return signIn;
}

function withPolicy(request: NextRequest, redirectTo?: URL) {
  const nonce = Buffer.from(crypto.randomUUID()).toString('base64');
  const policy = contentSecurityPolicy(nonce, process.env.NODE_ENV === 'development');
  const headers = new Headers(request.headers);
  headers.set('x-nonce', nonce);
  headers.set('Content-Security-Policy', policy);
  const response = redirectTo ? NextResponse.redirect(redirectTo) : NextResponse.next({ request: { headers } });
  response.headers.set('Content-Security-Policy', policy);
  return response;
}

function contentSecurityPolicy(nonce: string, isDev: boolean) {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDev ? " 'unsafe-eval'" : ''}`, // React's dev build needs eval
    isDev ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`, // Next's dev overlay adds styles without a nonce
    "style-src-attr 'unsafe-inline'", // recharts and virtual lists position their parts with style attributes
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

export const config = {
  matcher: [
    {
      source: '/((?!api/|_next/static|_next/image|icon.svg|favicon.ico).*)',
      // a prefetched page would be shown with a nonce that its document does not have
      missing: [
        { type: 'header', key: 'next-router-prefetch' },
        { type: 'header', key: 'purpose', value: 'prefetch' },
      ],
    },
  ],
};
