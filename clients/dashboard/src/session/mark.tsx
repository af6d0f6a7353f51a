/** The product's mark, beside words that name it. */
export function Mark({ size }: { size: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#4338ca" />
      <path d="M8 12v8M13 8v16M18 11v10M23 14v4" stroke="#fff" strokeWidth="2.5" strokeLinecap="round" />
    </svg>
  );
}
