export const Brand = () => (
  <>
    <svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">
      <rect width="24" height="24" rx="6" fill="var(--ink)" />
      <g fill="none" stroke="var(--surface)" strokeWidth="2" strokeLinecap="round">
        <path d="M4.5 15.5c3 0 3.2-7 6.2-7h8.3" />
        <path d="M4.5 15.5h9.5M16 13v5" strokeOpacity=".6" />
      </g>
    </svg>
    Waybill
  </>
);
