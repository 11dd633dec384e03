/** The versions that this SDK speaks, a list for each plane, ascending; the highest common one is used (spec/00). */
export const ACCOUNT_VERSIONS = [1] as const
export const INTRODUCTION_VERSIONS = [1] as const
export const TUNNEL_VERSIONS = [1] as const
