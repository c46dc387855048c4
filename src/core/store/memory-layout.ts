/** Where things lie in a device's memory of 32 KiB, in bytes. Programs come and go: a later one has to find what an earlier one left. */
/** What lies between the slots and the certificates is free. */
export const RECORD_SLOTS = 60
export const SLOT_BYTES = 128
/** The last byte of the first slot, which holds nothing: with it a memory's size is proved. */
export const SPARE_AT = 127

export const CERTIFICATES_AT = 8192
/** Room for a device's certificate and those of its issuers. */
export const CERTIFICATES_BYTES = 2048

/** The event log: see docs/eventlog.md. */
export const LOG_AT = 10_240
export const LOG_BYTES = 6144

/** What comes before the program in an update package. */
export const STAGING_AT = 16_384
export const STAGING_BYTES = 12_288

/** Two trust policies. */
export const POLICIES_AT = 28_672
export const POLICIES_BYTES = 1024

/** What the event log knows of each kind of event. */
export const LEDGER_AT = 29_696
export const LEDGER_BYTES = 3072
