/** The reporters' own pages. Links to them load a new document, so that nothing of the signed-in app comes along. */
export const REPORT_PAGE = '/near-miss';
export const RECEIPT_PAGE = '/near-miss/receipt';
