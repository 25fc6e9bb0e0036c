/** Reason of a stored row whose value the sources in force no longer give: it is no part of the curve any more. */
export const SUPERSEDED = 'no longer given by the source in force';
