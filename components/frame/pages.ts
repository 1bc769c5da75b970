/** Pages of the navigation, and the second key of "g ." */
export const PAGES = [
  { path: '/', name: 'Triage', key: 't' },
  { path: '/overview', name: 'Overview', key: 'o' },
  { path: '/actions', name: 'Actions', key: 'a' },
  { path: '/runbooks', name: 'Runbooks', key: 'r' },
] as const;
