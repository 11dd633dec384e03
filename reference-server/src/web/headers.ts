/** Security headers of every answer that a browser may show, errors included (spec/05 section 12). */

/** Connecting to 'self' covers WebSockets in newer browsers only, so the socket's origin is named too. */
export function contentSecurityPolicy(socketOrigin: string | undefined): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    `connect-src 'self'${socketOrigin === undefined ? '' : ` ${socketOrigin}`}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "font-src 'self'",
    "media-src 'self' blob:",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

const FIXED = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(self), microphone=(self), geolocation=(self), payment=(), usb=()',
} as const

export function securityHeaders(socketOrigin: string | undefined, tls: boolean): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(socketOrigin),
    ...FIXED,
    ...(tls ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  }
}
